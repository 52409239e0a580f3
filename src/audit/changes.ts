import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Database } from '../persistence/database.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
import type { Transaction } from '../persistence/transaction.js';
import type { AuditEvent, AuditEventName } from './events.js';
import { storedForm } from './stored-form.js';

/** What a change is recorded as: usually one event. */
type Recorded = AuditEvent | readonly AuditEvent[];

/** Events with the browser of the user. */
const signIns: readonly AuditEventName[] = ['session.opened', 'sign_in.failed', 'sign_in.throttled'];

/** Makes changes and records them in the audit trail, in one transaction. Beside `TokenEvents`, nothing else writes to the audit trail. */
@Injectable()
export class Changes {
  /** Called for each recorded event; again if the transaction is retried after a deadlock. */
  onRecorded: ((event: AuditEventName) => void) | undefined;

  constructor(
    private readonly database: Database,
    private readonly store: AuditStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Does the work in one transaction and records the event in it.
   * @param event the event, or several, or a function that makes them from the outcome of the work
   * @param work gets the transaction and the time (seconds since the epoch). It runs again after a deadlock, so it must have no effect
   * outside of the database. If it returns false, it changed nothing and no event is recorded.
   * @returns the outcome of the work
   * @throws DuplicateError when a unique value is taken
   */
  async change<Outcome>(
    event: Recorded | ((outcome: Exclude<Outcome, false>) => Recorded),
    work: (tx: Transaction, now: number) => Promise<Outcome>,
  ): Promise<Outcome> {
    const now = this.clock.now();
    return this.database.write(async (tx) => {
      const outcome = await work(tx, now);
      if (outcome === false) return outcome;
      const happened = typeof event === 'function' ? event(outcome as Exclude<Outcome, false>) : event;
      for (const each of [happened].flat()) await this.record(tx, each, now);
      return outcome;
    });
  }

  /** Erases what events say of the values of a user, who is being deleted. Which members were changed stays. */
  async eraseValues(tx: Transaction, userId: string): Promise<void> {
    await this.store.replaceDetails(tx, { userId, event: 'user.updated' }, (detail) => ({
      ...detail,
      changes: Object.fromEntries(Object.keys(detail.changes ?? {}).map((member) => [member, {}])),
    }));
    await this.store.eraseDetails(tx, userId, signIns);
  }

  /** Records an event that comes with no other change. */
  async note(event: AuditEvent): Promise<void> {
    await this.change(event, async () => undefined);
  }

  /** Records an event of a change that is part of a larger transaction. */
  async record(tx: Transaction, event: AuditEvent, now: number): Promise<void> {
    await this.store.insert(tx, storedForm(event), now);
    this.onRecorded?.(event.event);
  }
}
