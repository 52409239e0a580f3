import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { Sessions } from '../sessions/sessions.js';
import { SignInDecisions } from '../sign-in/sign-in-decisions.js';
import type { SignInProgress } from '../sign-in/sign-in-progress.js';
import type { AccountPageName } from '../sign-in/sign-in-purposes.js';

/** Somebody who has just proven who they are, with all that they have. */
export interface Owner {
  readonly session: ActiveSession;
  readonly progress: SignInProgress;
}

/** Asks for a recent proof: a stolen session alone changes nothing. */
@Injectable()
export class RecentProof {
  constructor(
    private readonly sessions: Sessions,
    private readonly decisions: SignInDecisions,
  ) {}

  /**
   * Who is signed in, if they have just proven it; otherwise redirects to the sign-in page, which asks for what is missing.
   * @param page where the sign-in leads
   */
  async require(
    request: FastifyRequest,
    reply: FastifyReply,
    page: AccountPageName = 'security',
  ): Promise<Owner | undefined> {
    const session = await this.sessions.current(request);
    const progress = session && (await this.decisions.fromSession(request));
    const purpose = { kind: 'account', page } as const;
    const step = progress && (await this.decisions.stepOf(progress, purpose, request));
    if (session && progress && step?.kind === 'done') return { session, progress };
    reply.redirect(`${endpoints.signIn}?to=${page}`, 303);
    return undefined;
  }
}
