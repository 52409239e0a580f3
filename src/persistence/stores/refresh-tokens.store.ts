import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Confirmation } from '../../protocol/confirmation.js';
import { Database } from '../database.js';
import type { RowOf } from '../naming.js';
import { type GrantRow, grantColumns, type IssuingGrant, toIssuingGrant } from '../entities/grant-columns.js';

/** A refresh token with what the token endpoint needs of its grant. */
export interface RefreshTokenWithGrant {
  readonly tokenHash: string;
  readonly clientId: string;
  readonly expiresAt: number;
  readonly consumedAt: number | null;
  readonly successorSealed: string | null;
  /** What it is bound to. */
  readonly cnf: Confirmation | null;
  readonly grant: IssuingGrant;
}

type Row = RowOf<Omit<RefreshTokenWithGrant, 'grant' | 'cnf'>> & GrantRow & { readonly cnf: string | null };

// Put together once: statements are known by their text.
const selectToken = `SELECT t.token_hash, t.client_id, t.expires_at, t.consumed_at, t.successor_sealed, t.cnf, ${grantColumns}
  FROM refresh_tokens t JOIN grants g ON g.id = t.grant_id WHERE t.token_hash = ?`;

/** A refresh token about to be stored. */
export interface NewRefreshToken {
  readonly tokenHash: string;
  readonly grantId: string;
  readonly clientId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly cnf: Confirmation | null;
}

@Injectable()
export class RefreshTokensStore {
  constructor(private readonly database: Database) {}

  async insert(tx: EntityManager, token: NewRefreshToken): Promise<void> {
    await this.database.writeLater(
      tx,
      'INSERT INTO refresh_tokens (token_hash, grant_id, client_id, issued_at, expires_at, cnf) VALUES (?, ?, ?, ?, ?, ?)',
      [
        token.tokenHash,
        token.grantId,
        token.clientId,
        token.issuedAt,
        token.expiresAt,
        token.cnf && JSON.stringify(token.cnf),
      ],
    );
  }

  async find(tokenHash: string): Promise<RefreshTokenWithGrant | undefined> {
    const row = await this.database.row<Row>(selectToken, [tokenHash]);
    return row && fromRow(row);
  }

  /** Replaces a token by its successor: true for exactly one caller, and only while the grant lives. */
  async rotate(
    tx: EntityManager,
    tokenHash: string,
    successorSealed: string,
    successor: NewRefreshToken,
  ): Promise<boolean> {
    const rotated = await this.database.affected(
      tx,
      `UPDATE refresh_tokens SET consumed_at = ?, successor_sealed = ?
        WHERE token_hash = ? AND consumed_at IS NULL
          AND EXISTS (SELECT 1 FROM grants g WHERE g.id = grant_id AND g.revoked_at IS NULL)`,
      [successor.issuedAt, successorSealed, tokenHash],
    );
    if (rotated !== 1) return false;
    await this.insert(tx, successor);
    return true;
  }

  /** Lengthens the idle life of a token that is not rotated; false when its grant died meanwhile. */
  async prolong(tx: EntityManager, tokenHash: string, expiresAt: number): Promise<boolean> {
    const prolonged = await this.database.affected(
      tx,
      `UPDATE refresh_tokens SET expires_at = ?
        WHERE token_hash = ? AND EXISTS (SELECT 1 FROM grants g WHERE g.id = grant_id AND g.revoked_at IS NULL)`,
      [expiresAt, tokenHash],
    );
    return prolonged === 1;
  }
}

function fromRow(row: Row): RefreshTokenWithGrant {
  return {
    tokenHash: row.token_hash,
    clientId: row.client_id,
    expiresAt: row.expires_at,
    consumedAt: row.consumed_at,
    successorSealed: row.successor_sealed,
    cnf: row.cnf === null ? null : (JSON.parse(row.cnf) as Confirmation),
    grant: toIssuingGrant(row),
  };
}
