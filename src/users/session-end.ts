import { Injectable } from '@nestjs/common';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import { LogoutDeliveriesStore } from '../persistence/stores/logout-deliveries.store.js';
import { SessionsStore } from '../persistence/stores/sessions.store.js';
import type { Transaction } from '../persistence/transaction.js';

/** What the end of a session takes along: the grants that live only as long. And who is to be told of it. */
@Injectable()
export class SessionEnd {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly grants: GrantsStore,
    private readonly deliveries: LogoutDeliveriesStore,
  ) {}

  /** Ends one session of a user; false when it was not theirs or had ended. */
  async endOne(tx: Transaction, id: string, userId: string, now: number): Promise<boolean> {
    if (!(await this.sessions.end(tx, id, userId, now))) return false;
    await this.grants.revokeOfSession(tx, id, userId, now);
    await this.deliveries.queueSession(tx, id, now);
    return true;
  }

  /** Ends all sessions of a user. */
  async endAllOf(tx: Transaction, userId: string, now: number): Promise<void> {
    await this.deliveries.queueUser(tx, userId, now);
    await this.sessions.endAllOf(tx, userId, now);
    await this.grants.revokeOnlineOf(tx, userId, now);
  }
}
