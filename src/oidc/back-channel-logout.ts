import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import pLimit from 'p-limit';
import { ClientDirectory } from '../clients/client-directory.js';
import { Clock } from '../config/clock.js';
import { Outbound } from '../outbound/outbound.js';
import type { LogoutDelivery } from '../persistence/entities/logout-delivery.entity.js';
import { newId } from '../persistence/id.js';
import { LeasesStore } from '../persistence/stores/leases.store.js';
import { LogoutDeliveriesStore } from '../persistence/stores/logout-deliveries.store.js';
import { LogoutTokenMint } from './logout-token.js';

/** Seconds from each attempt that failed to the next; after the last one it is given up. */
export const retryDelays: readonly number[] = [5, 30, 120, 600, 1_800, 7_200, 21_600];

const lookEveryMilliseconds = 1_000;
const batch = 32;
const atOnce = 8;
/** Seconds: more than a batch can take. */
const leaseFor = 60;

/**
 * Tells clients that a session has ended (OIDC Back-Channel Logout §2.5). Whom to tell stands in the database, written with the
 * end of the session itself, so nothing is lost with a process; one replica at a time delivers.
 */
@Injectable()
export class BackChannelLogout implements BeforeApplicationShutdown {
  private readonly logger = new Logger(BackChannelLogout.name);
  private readonly holder = newId();
  private readonly inTurn = pLimit(atOnce);
  private running: Promise<void> | undefined;
  private stopping = false;

  constructor(
    private readonly deliveries: LogoutDeliveriesStore,
    private readonly clients: ClientDirectory,
    private readonly tokenMint: LogoutTokenMint,
    private readonly outbound: Outbound,
    private readonly leases: LeasesStore,
    private readonly clock: Clock,
  ) {}

  @Interval(lookEveryMilliseconds)
  async deliverInTurn(): Promise<void> {
    try {
      await this.deliverDue();
    } catch (error) {
      this.logger.warn(`logout tokens could not be delivered now: ${(error as Error).message}`);
    }
  }

  /** Delivers what is due, unless another replica is at it. */
  deliverDue(): Promise<void> {
    this.running ??= this.work().finally(() => (this.running = undefined));
    return this.running;
  }

  /** What is under way is finished first: the database is still there. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.running?.catch(() => undefined);
  }

  private async work(): Promise<void> {
    if (this.stopping || !(await this.deliveries.isAnyDue(this.clock.now()))) return;
    while (!this.stopping && (await this.holdLease())) {
      const due = await this.deliveries.due(this.clock.now(), batch);
      if (due.length === 0) break;
      await Promise.all(due.map((delivery) => this.inTurn(() => this.deliver(delivery))));
    }
    await this.leases.release(leaseName, this.holder);
  }

  private async holdLease(): Promise<boolean> {
    const now = this.clock.now();
    return this.leases.acquire(leaseName, this.holder, now, now + leaseFor);
  }

  private async deliver(delivery: LogoutDelivery): Promise<void> {
    // What was not begun stays due, for another replica or the next start.
    if (this.stopping) return;
    const problem = await this.attempt(delivery);
    const now = this.clock.now();
    if (problem === undefined) {
      await this.deliveries.succeed(delivery.id, now);
      return;
    }
    const delay = problem.final ? undefined : retryDelays[delivery.attempts];
    await this.deliveries.fail(delivery.id, problem.reason, delay === undefined ? null : now + delay);
    const outcome = delay === undefined ? 'given up' : `tried again in ${delay} s`;
    this.logger.warn(`${delivery.clientId} was not told of a logout (${problem.reason}): ${outcome}`);
  }

  private async attempt({ clientId, userId, sessionId }: LogoutDelivery): Promise<Problem | undefined> {
    const client = await this.clients.find(clientId);
    const uri = client?.metadata.backchannelLogoutUri;
    if (!client || !uri) return { reason: 'it has no back-channel logout URI any more', final: true };
    try {
      const token = await this.tokenMint.mint({ client, userId, sessionId, now: this.clock.now() });
      const { status } = await this.outbound.fetch(uri, {
        form: new URLSearchParams({ logout_token: token }),
      });
      // §2.8: "If the logout succeeded, the RP MUST respond with HTTP 200 OK"; 204 comes from some frameworks.
      return status === 200 || status === 204 ? undefined : { reason: `it answered ${status}`, final: false };
    } catch (error) {
      return { reason: (error as Error).message, final: false };
    }
  }
}

const leaseName = 'logout-deliveries';

/** Why a client was not told, and whether it is of no use to try again. */
interface Problem {
  readonly reason: string;
  readonly final: boolean;
}
