import { Injectable } from '@nestjs/common';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { SessionEnd } from '../sessions/session-end.js';

/** Ends what users have opened and granted. */
@Injectable()
export class UserAuthority {
  constructor(
    private readonly sessionEnd: SessionEnd,
    private readonly grants: GrantsStore,
  ) {}

  /** Ends all sessions, and the grants bound to them. Grants that do not depend on a session stay. */
  async endSessions(tx: Transaction, userId: string, now: number): Promise<void> {
    await this.sessionEnd.endAllOf(tx, userId, now);
  }

  /** Ends the sessions but one, and the grants bound to them. */
  async endOtherSessions(tx: Transaction, userId: string, keptId: string, now: number): Promise<void> {
    await this.sessionEnd.endOthersOf(tx, userId, keptId, now);
  }

  /**
   * Ends all sessions, and revokes all grants with their pending codes.
   * @param reason kept with the grants
   */
  async endAll(tx: Transaction, userId: string, reason: string, now: number): Promise<void> {
    await this.endSessions(tx, userId, now);
    await this.revokeGrants(tx, userId, reason, now);
  }

  /**
   * Revokes all grants with their pending codes.
   * @param reason kept with the grants
   */
  async revokeGrants(tx: Transaction, userId: string, reason: string, now: number): Promise<void> {
    await this.grants.revokeAll(tx, { userId }, reason, now);
  }
}
