import { Injectable } from '@nestjs/common';
import { Secrets } from '../../../crypto/secrets.js';
import { SessionsStore } from '../../../persistence/stores/sessions.store.js';
import type { LoadedUpstream } from '../definition.js';
import type { AnsweredSession } from '../mapping.js';

/** A session at an upstream that can be ended from here. */
export interface SessionThere {
  readonly upstreamId: string;
  /** In the terms of the protocol. */
  readonly handle: object;
}

const purpose = 'upstream-sign-out';

/** Keeps with a session what its upstream has to be told at a sign-out, sealed. */
@Injectable()
export class UpstreamSignOutHandles {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly secrets: Secrets,
  ) {}

  /** A session with its handle sealed, or without it if a sign-out here does not go on there. */
  async sealed(
    { id: upstreamId, sign_out_there: isWanted }: LoadedUpstream,
    session: AnsweredSession | undefined,
  ): Promise<AnsweredSession | undefined> {
    if (!session) return undefined;
    const { handle, ...named } = session;
    if (!isWanted || !handle) return named;
    const there: SessionThere = { upstreamId, handle };
    return { ...named, signOutSealed: await this.secrets.seal(purpose, there) };
  }

  /** The sessions there from which these come. These may have ended. */
  async of(sessionIds: readonly string[]): Promise<SessionThere[]> {
    const sealed = await this.sessions.upstreamSignOutsOf(sessionIds);
    const opened = await Promise.all(sealed.map((one) => this.secrets.unseal(purpose, one)));
    return opened.filter((one): one is SessionThere => one !== undefined);
  }
}
