import { Injectable } from '@nestjs/common';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import { DeliveriesStore } from '../persistence/stores/deliveries.store.js';
import { SessionsStore } from '../persistence/stores/sessions.store.js';
import type { Transaction } from '../persistence/transaction.js';

/** A session that seems to have expired. */
export interface OverdueSession {
  readonly id: string;
  readonly userId: string;
  readonly now: number;
  /** A session that was last used before this time has expired. */
  readonly idleSince: number;
}

/** Ends sessions, revokes the grants bound to them, and queues the notifications of their clients. */
@Injectable()
export class SessionEnd {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly grants: GrantsStore,
    private readonly deliveries: DeliveriesStore,
  ) {}

  /** Ends one session of a user. Returns false if it belongs to another user or has ended before. */
  async endOne(tx: Transaction, id: string, userId: string, now: number): Promise<boolean> {
    if (!(await this.sessions.end(tx, id, userId, now))) return false;
    await this.endDependents(tx, id, userId, now);
    return true;
  }

  /** Ends an overdue session. Returns false if it has been used meanwhile or has ended before. */
  async endOverdue(tx: Transaction, { id, userId, now, idleSince }: OverdueSession): Promise<boolean> {
    if (!(await this.sessions.endOverdue(tx, id, now, idleSince))) return false;
    await this.endDependents(tx, id, userId, now);
    return true;
  }

  /** Ends all sessions of a user. */
  async endAllOf(tx: Transaction, userId: string, now: number): Promise<void> {
    await this.deliveries.queueLogoutsOfUser(tx, userId, now);
    await this.sessions.endAllOf(tx, userId, now);
    await this.grants.revokeOnlineOf(tx, userId, now);
  }

  /** Ends the sessions of a user but one. */
  async endOthersOf(tx: Transaction, userId: string, keptId: string, now: number): Promise<void> {
    const ids = await this.sessions.holdAllOf(tx, userId);
    for (const id of ids) if (id !== keptId) await this.endOne(tx, id, userId, now);
  }

  private async endDependents(tx: Transaction, id: string, userId: string, now: number): Promise<void> {
    await this.grants.revokeOfSession(tx, id, userId, now);
    await this.deliveries.queueLogoutsOfSession(tx, id, now);
  }
}
