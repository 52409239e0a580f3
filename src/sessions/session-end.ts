import { Injectable } from '@nestjs/common';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import { DeliveriesStore } from '../persistence/stores/deliveries.store.js';
import { SessionsStore } from '../persistence/stores/sessions.store.js';
import type { Transaction } from '../persistence/transaction.js';

/** A session that seems to be over. */
export interface OverdueSession {
  readonly id: string;
  readonly userId: string;
  readonly now: number;
  /** Unused since then it is over. */
  readonly idleSince: number;
}

/** What the end of a session takes along: the grants that live only as long. And who is to be told of it. */
@Injectable()
export class SessionEnd {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly grants: GrantsStore,
    private readonly deliveries: DeliveriesStore,
  ) {}

  /** Ends one session of a user; false when it was not theirs or had ended. */
  async endOne(tx: Transaction, id: string, userId: string, now: number): Promise<boolean> {
    if (!(await this.sessions.end(tx, id, userId, now))) return false;
    await this.takeAlong(tx, id, userId, now);
    return true;
  }

  /** Ends a session that nobody ended; false when it goes on after all, or had ended. */
  async endOverdue(tx: Transaction, { id, userId, now, idleSince }: OverdueSession): Promise<boolean> {
    if (!(await this.sessions.endOverdue(tx, id, now, idleSince))) return false;
    await this.takeAlong(tx, id, userId, now);
    return true;
  }

  /** Ends all sessions of a user. */
  async endAllOf(tx: Transaction, userId: string, now: number): Promise<void> {
    await this.deliveries.queueLogoutsOfUser(tx, userId, now);
    await this.sessions.endAllOf(tx, userId, now);
    await this.grants.revokeOnlineOf(tx, userId, now);
  }

  private async takeAlong(tx: Transaction, id: string, userId: string, now: number): Promise<void> {
    await this.grants.revokeOfSession(tx, id, userId, now);
    await this.deliveries.queueLogoutsOfSession(tx, id, now);
  }
}
