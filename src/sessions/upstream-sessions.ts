import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { type EndedUpstreamSession, SessionsStore } from '../persistence/stores/sessions.store.js';
import { UpstreamSignOutsStore } from '../persistence/stores/upstream-sign-outs.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { SessionEnd } from './session-end.js';
import type { UpstreamOrigin } from './upstream-origin.js';

/** A sign-in may be under way for so long after the upstream has answered. */
const underWaySeconds = 3_600;

/** The sessions that come from sessions at upstreams, and end with them. */
@Injectable()
export class UpstreamSessions {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly signOuts: UpstreamSignOutsStore,
    private readonly sessionEnd: SessionEnd,
    private readonly changes: Changes,
  ) {}

  /**
   * Ends the sessions that come from what has ended at an upstream, as a sign-out does, and sign-ins from it that are under way.
   * @returns how many sessions
   */
  async end(tx: Transaction, ended: EndedUpstreamSession, actor: Originator, now: number): Promise<number> {
    for (const key of keysOfEnded(ended)) await this.signOuts.note(tx, key, now, now + underWaySeconds);
    let count = 0;
    for (const { id, userId } of await this.sessions.holdThoseFrom(tx, ended)) {
      if (!(await this.sessionEnd.endOne(tx, id, userId, now))) continue;
      await this.changes.record(tx, { event: 'session.ended', actor, userId }, now);
      count++;
    }
    return count;
  }

  /** Whether a session at an upstream has ended since the upstream answered. */
  async hasEnded(tx: Transaction, origin: UpstreamOrigin): Promise<boolean> {
    const keys = keysOfOrigin(origin);
    return keys.length > 0 && this.signOuts.hasAnySince(tx, keys, origin.answeredAt);
  }
}

/** All that the end of a session without a name of its own may be meant by. */
const unnamed = (subjectHash: string): string => lookupHash(`unnamed upstream session ${subjectHash}`);

function keysOfEnded({ subjectHash, sessionHash }: EndedUpstreamSession): string[] {
  if (sessionHash === undefined) return subjectHash === undefined ? [] : [subjectHash];
  return subjectHash === undefined ? [sessionHash] : [sessionHash, unnamed(subjectHash)];
}

function keysOfOrigin({ subjectHash, sessionHash }: UpstreamOrigin): string[] {
  const keys = subjectHash === undefined ? [] : [subjectHash];
  if (sessionHash !== undefined) return [...keys, sessionHash];
  return [...keys, ...keys.map(unnamed)];
}
