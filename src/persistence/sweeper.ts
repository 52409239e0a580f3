import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Database } from './database.js';
import { expiringTables } from './expiring-tables.js';
import { newId } from './id.js';
import { marks, type SqlValue } from './sql.js';
import { LeasesStore } from './stores/leases.store.js';

const issuedByGrant: readonly (readonly [table: string, key: string])[] = [
  ['authorization_codes', 'code_hash'],
  ['refresh_tokens', 'token_hash'],
  ['access_tokens', 'id'],
];

/** One sweep. */
export interface SweepPass {
  /** What has expired by now is swept. */
  readonly now: number;
  /** Whether the time of the pass is over, or the process is to end. What is left is done by the next pass. */
  isOver(): boolean;
  /** Finishes a batch, and lets others use the database then, the longer the more time it took. */
  breathe(batchMilliseconds: number): Promise<void>;
}

/** What has to be done before rows are deleted. If its time is over before it is done, nothing is deleted in this pass. */
export type SweepPreparation = (pass: SweepPass) => Promise<void>;

/** A kind of rows to delete. @returns how many rows of a batch were deleted, and whether there may be more */
type Chore = () => Promise<{ readonly deleted: number; readonly hasMore: boolean }>;

const everyMilliseconds = 60_000;
const maxPassMilliseconds = 50_000;
/** After the time has jumped nothing is deleted for a while: it may have been wrong for a moment, and rows do not come back. */
const minSteadySeconds = 900;
/** Longer than a pass, with what may be under way at its end. */
const leaseSeconds = 300;

/** Deletes expired rows in small batches, on one replica at a time. */
@Injectable()
export class Sweeper implements OnApplicationShutdown {
  private readonly logger = new Logger(Sweeper.name);
  private readonly holder = newId();
  private readonly stopping = new AbortController();
  private readonly preparations: SweepPreparation[] = [];
  private sweeping = false;

  constructor(
    private readonly database: Database,
    private readonly leases: LeasesStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'auditTtl'>,
  ) {}

  @Interval(everyMilliseconds)
  async sweepInTurn(): Promise<void> {
    if (this.sweeping || this.clock.steadyFor() < minSteadySeconds) return;
    this.sweeping = true;
    try {
      const now = this.clock.now();
      if (await this.leases.acquire('sweep', this.holder, now, now + leaseSeconds)) await this.sweep(now);
    } catch (error) {
      this.logger.warn(`sweeping failed and is tried again in a minute: ${(error as Error).message}`);
    } finally {
      this.sweeping = false;
    }
  }

  /** Has something done at the start of every sweep; where it fails nothing is deleted. */
  beforeSweeping(preparation: SweepPreparation): void {
    this.preparations.push(preparation);
  }

  /**
   * Deletes what has expired, in batches: the kinds take turns, so that many rows of one kind do not keep the others waiting.
   * @returns how many rows were deleted
   */
  async sweep(now: number): Promise<number> {
    const pass = this.begin(now);
    for (const prepare of this.preparations) await prepare(pass);
    let chores: Chore[] = [
      ...expiringTables.map(
        ([table, key]) =>
          () =>
            this.sweepTable(table, key, pass),
      ),
      () => this.sweepGrants(pass),
      () => this.sweepAudit(pass),
    ];
    let deleted = 0;
    while (chores.length > 0) {
      const unfinished: Chore[] = [];
      for (const chore of chores) {
        if (pass.isOver()) return deleted;
        const from = performance.now();
        const batch = await chore();
        deleted += batch.deleted;
        if (batch.hasMore) unfinished.push(chore);
        if (batch.deleted > 0) await pass.breathe(performance.now() - from);
      }
      chores = unfinished;
    }
    return deleted;
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
  }

  private begin(now: number): SweepPass {
    const { signal } = this.stopping;
    const end = performance.now() + maxPassMilliseconds;
    const { rest, afterBatch } = this.database.sweepPace;
    return {
      now,
      isOver: () => signal.aborted || performance.now() > end,
      breathe: async (milliseconds) => {
        const from = performance.now();
        if (afterBatch !== undefined) await this.database.read.query(afterBatch);
        const took = milliseconds + performance.now() - from;
        await delay(rest * took, undefined, { signal }).catch(() => undefined);
      },
    };
  }

  private async sweepTable(table: string, key: string, { now }: SweepPass): ReturnType<Chore> {
    const keys = await this.expired(table, key, now);
    return { deleted: await this.remove(table, key, keys), hasMore: this.isFull(keys) };
  }

  /** What the grants issued goes first, in batches of its own: one that was refreshed for months has thousands of tokens. */
  private async sweepGrants({ now }: SweepPass): ReturnType<Chore> {
    const ids = await this.expired('grants', 'id', now);
    if (ids.length === 0) return { deleted: 0, hasMore: false };
    for (const [table, key] of issuedByGrant) {
      const keys = await this.keys(table, key, `grant_id IN (${marks(ids)})`, ids);
      if (keys.length > 0) return { deleted: await this.remove(table, key, keys), hasMore: true };
    }
    return { deleted: await this.remove('grants', 'id', ids), hasMore: this.isFull(ids) };
  }

  private async sweepAudit({ now }: SweepPass): ReturnType<Chore> {
    const { auditTtl } = this.settings;
    if (auditTtl === 0) return { deleted: 0, hasMore: false };
    const keys = await this.keys('audit_events', 'id', 'at <= ? ORDER BY at', [now - auditTtl]);
    return { deleted: await this.remove('audit_events', 'id', keys), hasMore: this.isFull(keys) };
  }

  private async expired(table: string, key: string, now: number): Promise<string[]> {
    return this.keys(table, key, 'expires_at IS NOT NULL AND expires_at <= ? ORDER BY expires_at', [now]);
  }

  private async keys(table: string, key: string, condition: string, values: SqlValue[]): Promise<string[]> {
    const found = await this.database.query<{ row_key: string }>(
      `SELECT ${key} AS row_key FROM ${table} WHERE ${condition} LIMIT ${this.database.sweepPace.batchSize}`,
      values,
    );
    return found.map((row) => row.row_key);
  }

  /** Whether there may be more than a batch. */
  private isFull(keys: string[]): boolean {
    return keys.length === this.database.sweepPace.batchSize;
  }

  private async remove(table: string, key: string, keys: string[]): Promise<number> {
    if (keys.length === 0) return 0;
    return this.database.write((tx) =>
      this.database.affected(tx, `DELETE FROM ${table} WHERE ${key} IN (${marks(keys)})`, keys),
    );
  }
}
