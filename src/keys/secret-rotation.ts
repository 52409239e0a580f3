import { ConflictException, Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { SealPurpose } from '../crypto/derived-keys.js';
import { Secrets } from '../crypto/secrets.js';
import { Database } from '../persistence/database.js';
import {
  sealedColumns,
  type SealedTable,
  type SealedValue,
  SealedValuesStore,
} from '../persistence/stores/sealed-values.store.js';
import { KeptKeys } from './kept-keys.js';
import { wrongSecret } from './wrong-secret.js';

const batchSize = 100;

const purposes: Readonly<Record<SealedTable, SealPurpose>> = {
  signing_keys: 'signing-key',
  client_secrets: 'client-secret',
  answered_interactions: 'answer',
  idempotency_keys: 'repeatable-request',
  pushed_requests: 'answer',
  backchannel_requests: 'delivery',
  authenticators: 'authenticator',
  deliveries: 'delivery',
  audit_seals: 'audit-seal',
  upstream_requests: 'upstream-request',
  sessions: 'upstream-sign-out',
  upstreams: 'upstream',
  kept_keys: 'kept-key',
};

/** A value under `EYRIE_SECRET`, and the one that it replaces. */
interface ResealedValue {
  readonly former: SealedValue;
  readonly resealed: string;
  /** The hash of a client secret, which follows from its sealed form. */
  readonly secretHash: string | undefined;
}

/** How many values of a table were sealed again, and how many neither secret opens. */
export interface ResealedTable {
  readonly table: SealedTable;
  resealed: number;
  unreadable: number;
}

/** Replaces the secret of the service in what is stored. */
@Injectable()
export class SecretRotation {
  constructor(
    private readonly values: SealedValuesStore,
    private readonly keptKeys: KeptKeys,
    private readonly secrets: Secrets,
    private readonly changes: Changes,
    private readonly database: Database,
  ) {}

  /**
   * Seals everything under `EYRIE_SECRET` that was sealed under `EYRIE_SECRET_PREVIOUS`, in short transactions; it can run again. Client
   * secrets that are hashed only still verify afterwards, and are hashed anew when they are used.
   * @throws ConflictException if `EYRIE_SECRET_PREVIOUS` is not set, or if neither secret opens some of the values
   */
  async rotate(actor: string): Promise<ResealedTable[]> {
    if (!this.secrets.hasPrevious)
      throw new ConflictException(
        'EYRIE_SECRET_PREVIOUS is not set: set it to the former secret, and EYRIE_SECRET to the new one',
      );
    await this.keptKeys.keepPrevious();
    const tables: ResealedTable[] = [];
    for (const table of Object.keys(sealedColumns) as SealedTable[]) tables.push(await this.reseal(table));
    const resealed = tables.reduce((sum, one) => sum + one.resealed, 0);
    await this.changes.note({ event: 'secret.rotated', actor, detail: { resealed } });
    const unreadable = tables.filter((one) => one.unreadable > 0);
    if (unreadable.length > 0) {
      const rows = unreadable.map(({ table, unreadable: count }) => `${count} in ${table}`).join(', ');
      throw new ConflictException(wrongSecret(this.secrets, `all values (not ${rows})`));
    }
    return tables;
  }

  private async reseal(table: SealedTable): Promise<ResealedTable> {
    const done: ResealedTable = { table, resealed: 0, unreadable: 0 };
    let after = '';
    for (;;) {
      const values = await this.values.after(table, after, batchSize);
      const changed: ResealedValue[] = [];
      for (const former of values) {
        const opened = await this.secrets.open(purposes[table], former.sealed);
        if (!opened) done.unreadable += 1;
        if (opened?.by !== 'previous') continue;
        const { value } = opened;
        changed.push({
          former,
          resealed: await this.secrets.seal(purposes[table], value),
          secretHash: table === 'client_secrets' ? this.secrets.hashClientSecret(String(value)) : undefined,
        });
      }
      done.resealed += await this.replace(table, changed);
      if (values.length < batchSize) return done;
      after = values.at(-1)?.id ?? after;
    }
  }

  private async replace(table: SealedTable, changed: readonly ResealedValue[]): Promise<number> {
    if (changed.length === 0) return 0;
    return this.database.write(async (tx) => {
      let replaced = 0;
      for (const { former, resealed, secretHash } of changed) {
        if (!(await this.values.replace(tx, table, former, resealed))) continue;
        replaced += 1;
        if (secretHash !== undefined) await this.values.rehash(tx, former.id, secretHash);
      }
      return replaced;
    });
  }
}
