import { Inject, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { newId } from '../../persistence/id.js';
import { AuditCursorsStore } from '../../persistence/stores/audit-cursors.store.js';
import { AuditSealsStore } from '../../persistence/stores/audit-seals.store.js';
import { LeasesStore } from '../../persistence/stores/leases.store.js';
import { forwarded, type Send } from './forwarded-event.js';
import { syslog } from './syslog.js';
import { webhook } from './webhook.js';

/** How the cursor, the lease and the lag are named. */
export const forwardCursor = 'forward';
const everyMilliseconds = 5_000;
const maxPassMilliseconds = 20_000;
/** Longer than a pass with what may be under way at its end. */
const leaseSeconds = 60;
const retrySeconds = { first: 5, last: 300 };

/**
 * Sends the events of the audit trail to where `EYRIE_AUDIT_FORWARD` says: seal by seal in the order of the chain, each at least once, on one
 * replica. A seal that has not arrived is sent again, and those after it wait. It begins with what is sealed after it was turned on.
 */
@Injectable()
export class AuditForwarding {
  private readonly logger = new Logger(AuditForwarding.name);
  private readonly holder = newId();
  private readonly send: Send | undefined;
  private isRunning = false;
  private failures = 0;
  /** Seconds since the epoch. */
  private notBefore = 0;

  constructor(
    private readonly cursors: AuditCursorsStore,
    private readonly seals: AuditSealsStore,
    private readonly leases: LeasesStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const { auditForward: target, auditForwardSecret: secret } = settings;
    this.send = target && (target.kind === 'webhook' ? webhook(target, secret) : syslog(target));
  }

  @Interval(everyMilliseconds)
  async forwardInTurn(): Promise<void> {
    if (!this.send || this.isRunning || this.clock.now() < this.notBefore) return;
    this.isRunning = true;
    try {
      await this.forwardWaiting(this.send);
      this.failures = 0;
    } catch (error) {
      const wait = Math.min(retrySeconds.first * 2 ** this.failures, retrySeconds.last);
      this.failures += 1;
      this.notBefore = this.clock.now() + wait;
      const { message, cause } = error as Error;
      const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
      this.logger.warn(
        `the audit trail could not be forwarded (${reason}); the next attempt is in ${wait} s`,
      );
    } finally {
      this.isRunning = false;
    }
  }

  private async forwardWaiting(send: Send): Promise<void> {
    const from = performance.now();
    while (performance.now() - from < maxPassMilliseconds) {
      const now = this.clock.now();
      if (!(await this.leases.acquire('audit-forward', this.holder, now, now + leaseSeconds))) return;
      const cursor = await this.cursors.find(forwardCursor);
      if (cursor === undefined) {
        await this.cursors.begin(forwardCursor, (await this.seals.last())?.number ?? 0);
        return;
      }
      const [next] = await this.seals.after(cursor, 1);
      if (!next) return;
      const events = (await this.seals.eventsOf(next.number)).map(forwarded);
      const gone = next.events - events.length;
      if (gone > 0)
        this.logger.warn(
          `${gone} events of seal ${next.number} were not forwarded: EYRIE_AUDIT_TTL has deleted them`,
        );
      const { issuer } = this.settings;
      if (events.length > 0) await send({ issuer, seal: next.number, hash: next.hash, events }, now);
      if (!(await this.cursors.advance(forwardCursor, cursor, next.number))) return;
    }
  }
}
