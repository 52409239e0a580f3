import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../config/clock.js';
import { Database } from './database.js';
import { newId } from './id.js';
import { marks, type SqlValue } from './sql.js';
import { LeasesStore } from './stores/leases.store.js';

/** Rows that mean nothing once their time is over. A grant takes what it issued along. */
const expiring: readonly (readonly [table: string, key: string])[] = [
  ['access_tokens', 'id'],
  ['revoked_tokens', 'jti'],
  ['client_secrets', 'id'],
  ['sessions', 'id'],
  ['session_clients', 'session_id'],
  ['deliveries', 'id'],
  // Its rows have moved to `deliveries`; an earlier release may still write some.
  ['logout_deliveries', 'id'],
  ['used_jtis', 'jti_hash'],
  ['answered_interactions', 'id'],
  ['pushed_requests', 'request_uri_hash'],
  ['device_codes', 'id'],
  ['initial_access_tokens', 'id'],
  ['throttles', 'key_hash'],
  ['signing_keys', 'kid'],
  ['refusals', 'reference'],
];
const issuedByGrant: readonly (readonly [table: string, key: string])[] = [
  ['authorization_codes', 'code_hash'],
  ['refresh_tokens', 'token_hash'],
  ['access_tokens', 'id'],
];

/**
 * What has to be done before rows are deleted.
 * @param stopping aborted when the process is to end; work that is left then is done by the next sweep
 */
export type SweepPreparation = (now: number, stopping: AbortSignal) => Promise<void>;

const batch = 200;
const everyMilliseconds = 60_000;

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
  ) {}

  @Interval(everyMilliseconds)
  async sweepInTurn(): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    try {
      const now = this.clock.now();
      if (await this.leases.acquire('sweep', this.holder, now, now + 300)) await this.sweep(now);
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

  /** @returns how many rows were deleted */
  async sweep(now: number): Promise<number> {
    for (const prepare of this.preparations) await prepare(now, this.stopping.signal);
    let deleted = 0;
    for (const [table, key] of expiring) {
      deleted += await this.inBatches(
        () => this.expired(table, key, now),
        (keys) => this.remove(table, key, keys),
      );
    }
    deleted += await this.inBatches(
      () => this.expired('grants', 'id', now),
      (ids) => this.removeGrants(ids),
    );
    return deleted;
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
  }

  private async inBatches(
    select: () => Promise<string[]>,
    remove: (keys: string[]) => Promise<number>,
  ): Promise<number> {
    let deleted = 0;
    while (!this.stopping.signal.aborted) {
      const keys = await select();
      if (keys.length > 0) deleted += await remove(keys);
      if (keys.length < batch) break;
    }
    return deleted;
  }

  /** What the grants issued goes first, in batches of its own: one that was refreshed for months has thousands of tokens. */
  private async removeGrants(ids: string[]): Promise<number> {
    let deleted = 0;
    for (const [table, key] of issuedByGrant) {
      deleted += await this.inBatches(
        () => this.keys(table, key, `grant_id IN (${marks(ids)})`, ids),
        (keys) => this.remove(table, key, keys),
      );
    }
    return this.stopping.signal.aborted ? deleted : deleted + (await this.remove('grants', 'id', ids));
  }

  private async expired(table: string, key: string, now: number): Promise<string[]> {
    return this.keys(table, key, 'expires_at IS NOT NULL AND expires_at <= ? ORDER BY expires_at', [now]);
  }

  private async keys(table: string, key: string, condition: string, values: SqlValue[]): Promise<string[]> {
    const found = await this.database.query<{ row_key: string }>(
      `SELECT ${key} AS row_key FROM ${table} WHERE ${condition} LIMIT ${batch}`,
      values,
    );
    return found.map((row) => row.row_key);
  }

  private async remove(table: string, key: string, keys: string[]): Promise<number> {
    return this.database.write((tx) =>
      this.database.affected(tx, `DELETE FROM ${table} WHERE ${key} IN (${marks(keys)})`, keys),
    );
  }
}
