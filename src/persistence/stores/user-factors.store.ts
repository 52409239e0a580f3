import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import type { RowOf } from '../naming.js';

/** How many of each factor a user has. */
export interface UserFactors {
  readonly passwords: number;
  readonly authenticators: number;
  /** Unused ones. */
  readonly recoveryCodes: number;
  readonly hardwarePasskeys: number;
  readonly copiedPasskeys: number;
  /** Accounts at upstreams that are enabled. */
  readonly identities: number;
}

/** Counts what users prove themselves with, across the tables of all factors. */
@Injectable()
export class UserFactorsStore {
  constructor(private readonly database: Database) {}

  async of(userId: string): Promise<UserFactors> {
    return fromRow(await this.database.query<Row>(countAll, Array<string>(6).fill(userId)));
  }

  /** The same in a transaction that holds the user. */
  async within(tx: EntityManager, userId: string): Promise<UserFactors> {
    return fromRow(await this.database.rows<Row>(tx, countAll, Array<string>(6).fill(userId)));
  }
}

type Row = RowOf<UserFactors>;

const countAll = `SELECT (SELECT COUNT(*) FROM credentials WHERE user_id = ? AND kind = 'password') AS passwords,
  (SELECT COUNT(*) FROM authenticators WHERE user_id = ?) AS authenticators,
  (SELECT COUNT(*) FROM recovery_codes WHERE user_id = ? AND used_at IS NULL) AS recovery_codes,
  (SELECT COUNT(*) FROM passkeys WHERE user_id = ? AND backup_eligible = false) AS hardware_passkeys,
  (SELECT COUNT(*) FROM passkeys WHERE user_id = ? AND backup_eligible = true) AS copied_passkeys,
  (SELECT COUNT(*) FROM identities i JOIN upstreams u ON u.id = i.upstream_id
    WHERE i.user_id = ? AND u.enabled = true) AS identities`;

function fromRow([row]: readonly Row[]): UserFactors {
  return {
    passwords: Number(row?.passwords),
    authenticators: Number(row?.authenticators),
    recoveryCodes: Number(row?.recovery_codes),
    hardwarePasskeys: Number(row?.hardware_passkeys),
    copiedPasskeys: Number(row?.copied_passkeys),
    identities: Number(row?.identities),
  };
}
