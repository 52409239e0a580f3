import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../config/clock.js';
import { Database } from './database.js';
import { newId } from './id.js';
import { affected, marks } from './sql.js';
import { LeasesStore } from './stores/leases.store.js';

/** Rows that mean nothing once their time is over. A grant takes what it issued along. */
const expiring: readonly (readonly [table: string, key: string])[] = [
  ['access_tokens', 'id'],
  ['revoked_tokens', 'jti'],
  ['sessions', 'id'],
  ['session_clients', 'session_id'],
  ['logout_deliveries', 'id'],
  ['used_jtis', 'jti_hash'],
  ['pushed_requests', 'request_uri_hash'],
  ['device_codes', 'id'],
  ['initial_access_tokens', 'id'],
  ['throttles', 'key_hash'],
  ['signing_keys', 'kid'],
];
const issuedByGrant = ['authorization_codes', 'refresh_tokens', 'access_tokens'];

const batch = 200;
const everyMilliseconds = 60_000;

/** Deletes expired rows in small batches, on one replica at a time. */
@Injectable()
export class Sweeper implements OnApplicationShutdown {
  private readonly logger = new Logger(Sweeper.name);
  private readonly holder = newId();
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly leases: LeasesStore,
    private readonly clock: Clock,
  ) {}

  @Interval(everyMilliseconds)
  async sweepInTurn(): Promise<void> {
    try {
      const now = this.clock.now();
      if (await this.leases.acquire('sweep', this.holder, now, now + 300)) await this.sweep(now);
    } catch (error) {
      this.logger.warn(`sweeping failed and is tried again in a minute: ${(error as Error).message}`);
    }
  }

  /** @returns how many rows were deleted */
  async sweep(now: number): Promise<number> {
    let deleted = 0;
    for (const [table, key] of expiring) {
      deleted += await this.inBatches(table, key, now, (tx, keys) =>
        affected(tx, `DELETE FROM ${table} WHERE ${key} IN (${marks(keys)})`, keys),
      );
    }
    deleted += await this.inBatches('grants', 'id', now, async (tx, ids) => {
      for (const table of issuedByGrant)
        await affected(tx, `DELETE FROM ${table} WHERE grant_id IN (${marks(ids)})`, ids);
      return affected(tx, `DELETE FROM grants WHERE id IN (${marks(ids)})`, ids);
    });
    return deleted;
  }

  onApplicationShutdown(): void {
    this.stopping = true;
  }

  private async inBatches(
    table: string,
    key: string,
    now: number,
    remove: (tx: Parameters<Parameters<Database['write']>[0]>[0], keys: string[]) => Promise<number>,
  ): Promise<number> {
    let deleted = 0;
    while (!this.stopping) {
      const expired = await this.database.query<{ key: string }>(
        `SELECT ${key} AS \`key\` FROM ${table} WHERE expires_at IS NOT NULL AND expires_at <= ? ORDER BY expires_at LIMIT ${batch}`,
        [now],
      );
      if (expired.length === 0) break;
      deleted += await this.database.write((tx) =>
        remove(
          tx,
          expired.map((row) => row.key),
        ),
      );
      if (expired.length < batch) break;
    }
    return deleted;
  }
}
