import { Injectable } from '@nestjs/common';
import { Changes } from '../../../audit/changes.js';
import { lookupHash } from '../../../crypto/opaque-token.js';
import { IdentitiesStore } from '../../../persistence/stores/identities.store.js';
import { UsedJtisStore } from '../../../persistence/stores/used-jtis.store.js';
import { UsersStore } from '../../../persistence/stores/users.store.js';
import { type NamedSession, sessionHashOf, subjectHashOf } from '../../../sessions/upstream-origin.js';
import { UpstreamSessions } from '../../../sessions/upstream-sessions.js';
import type { LoadedUpstream } from '../definition.js';

/** What an upstream has said, verified. */
export interface SaidEnd {
  /** The sessions that have ended there. */
  readonly sessions: readonly NamedSession[];
  /** The subject of whose person they are, if that is known. */
  readonly subject: string | undefined;
  /** The message, which counts once: its kind and its name at the upstream. */
  readonly message: readonly [kind: string, id: string];
  /** Until when it could be accepted, in seconds since the epoch. */
  readonly lastUse: number;
}

/** Ends the sessions here that came from sessions at an upstream, when the upstream says that these have ended. */
@Injectable()
export class EndedThere {
  constructor(
    private readonly usedJtis: UsedJtisStore,
    private readonly identities: IdentitiesStore,
    private readonly users: UsersStore,
    private readonly sessions: UpstreamSessions,
    private readonly changes: Changes,
  ) {}

  /**
   * @param address of the request, for the audit trail
   * @returns false if the message was used before, on any replica: nothing ends
   */
  async end(
    upstream: LoadedUpstream,
    { sessions, subject, message: [kind, id], lastUse }: SaidEnd,
    address: string,
  ): Promise<boolean> {
    const person =
      subject === undefined ? null : await this.identities.find(upstream.id, lookupHash(subject));
    const actor = { name: `upstream:${upstream.alias}`, address };
    const messageHash = lookupHash(JSON.stringify([kind, upstream.id, id]));
    return this.changes.change([], async (tx, now) => {
      if (!(await this.usedJtis.use(tx, messageHash, lastUse))) return false;
      // Held as a sign-in holds them, so that it is over before, or sees this.
      if (person) await this.users.hold(tx, person.userId);
      for (const { sub, sid } of sessions) {
        const ended = {
          subjectHash: sub === undefined ? undefined : subjectHashOf(upstream.id, sub),
          sessionHash: sid === undefined ? undefined : sessionHashOf(upstream.id, sid),
        };
        await this.sessions.end(tx, ended, actor, now);
      }
      return true;
    });
  }
}
