import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import pLimit from 'p-limit';
import { Clock } from '../config/clock.js';
import type { Delivery } from '../persistence/entities/delivery.entity.js';
import { newId } from '../persistence/id.js';
import { DeliveriesStore } from '../persistence/stores/deliveries.store.js';
import { LeasesStore } from '../persistence/stores/leases.store.js';
import { inTrace } from '../tracing/spans.js';
import { type DeliveryHandler, type DeliveryProblem, unfinished } from './delivery-handler.js';

const pollIntervalMilliseconds = 1_000;
const batchSize = 32;
const maxConcurrent = 8;
/** Longer than a batch can take. */
const leaseSeconds = 60;
const leaseName = 'deliveries';

/**
 * Delivers queued entries. An entry is written in the transaction of the change that it is about, so none is lost if a process
 * ends. One replica at a time delivers.
 */
@Injectable()
export class DeliveryQueue implements BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryQueue.name);
  private readonly holder = newId();
  private readonly limit = pLimit(maxConcurrent);
  private readonly handlers = new Map<string, DeliveryHandler>();
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly deliveries: DeliveriesStore,
    private readonly leases: LeasesStore,
    private readonly clock: Clock,
  ) {}

  /** Registers the handler of a kind of delivery. */
  register(handler: DeliveryHandler): void {
    this.handlers.set(handler.kind, handler);
  }

  @Interval(pollIntervalMilliseconds)
  async deliverInTurn(): Promise<void> {
    try {
      await this.deliverDue();
    } catch (error) {
      this.logger.warn(`queued deliveries could not be processed: ${(error as Error).message}`);
    }
  }

  /** Delivers all due entries, unless another replica is delivering. */
  deliverDue(): Promise<void> {
    this.running ??= this.work().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Finishes the deliveries under way before the database connection closes. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running?.catch(() => undefined);
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async work(): Promise<void> {
    const kinds = [...this.handlers.keys()];
    if (this.isStopping || !(await this.deliveries.isAnyDue(kinds, this.clock.now()))) return;
    while (!this.isStopping && (await this.holdLease())) {
      const due = await this.deliveries.due(kinds, this.clock.now(), batchSize);
      if (due.length === 0) break;
      await Promise.all(due.map((delivery) => this.limit(() => this.deliver(delivery))));
    }
    await this.leases.release(leaseName, this.holder);
  }

  private async holdLease(): Promise<boolean> {
    const now = this.clock.now();
    return this.leases.acquire(leaseName, this.holder, now, now + leaseSeconds);
  }

  private async deliver(delivery: Delivery): Promise<void> {
    // An entry that has not begun stays due, for another replica or the next start.
    const handler = this.handlers.get(delivery.kind);
    if (this.isStopping || !handler) return;
    await inTrace(
      () => ({
        name: `deliver ${delivery.kind}`,
        kind: 'consumer',
        attributes: { 'eyrie.delivery.id': delivery.id, 'eyrie.delivery.attempts': delivery.attempts },
      }),
      async (span) => {
        const problem = await this.attempt(handler, delivery);
        if (problem) span?.fail(problem.final ? 'final' : 'temporary');
      },
    );
  }

  /** Delivers an entry and keeps the outcome. */
  private async attempt(handler: DeliveryHandler, delivery: Delivery): Promise<DeliveryProblem | undefined> {
    const problem = await outcomeOf(handler, delivery, this.stopping.signal);
    const now = this.clock.now();
    if (problem === unfinished) {
      await this.deliveries.goOn(delivery.id, now);
      return undefined;
    }
    if (problem === undefined) {
      await this.deliveries.succeed(delivery.id, now);
      return undefined;
    }
    const delay = problem.final ? undefined : handler.retryDelaysSeconds[delivery.attempts];
    await this.deliveries.fail(delivery.id, problem.reason, delay === undefined ? null : now + delay);
    const outcome = delay === undefined ? 'given up' : `next attempt in ${delay} s`;
    this.logger.warn(`${handler.describe(delivery)} failed (${problem.reason}): ${outcome}`);
    return problem;
  }
}

async function outcomeOf(
  handler: DeliveryHandler,
  delivery: Delivery,
  stopping: AbortSignal,
): ReturnType<DeliveryHandler['deliver']> {
  try {
    return await handler.deliver(delivery, stopping);
  } catch (error) {
    return { reason: (error as Error).message, final: false };
  }
}
