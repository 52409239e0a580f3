import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuthorizationCode } from '../entities/authorization-code.entity.js';
import { Database } from '../database.js';
import type { RowOf } from '../naming.js';
import { type GrantRow, grantColumns, type IssuingGrant, toIssuingGrant } from '../entities/grant-columns.js';

/** A code with what the token endpoint needs of its grant. */
export interface CodeWithGrant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly redirectUriSent: boolean;
  readonly codeChallenge: string | null;
  readonly dpopJkt: string | null;
  readonly nonce: string | null;
  readonly expiresAt: number;
  readonly consumedAt: number | null;
  readonly grant: IssuingGrant;
}

type Row = RowOf<Omit<CodeWithGrant, 'grant'> & Pick<AuthorizationCode, 'grantExpiresAt'>> & GrantRow;

// Put together once: statements are known by their text.
const selectCode = `SELECT c.client_id, c.redirect_uri, c.redirect_uri_sent, c.code_challenge, c.dpop_jkt, c.nonce, c.expires_at, c.grant_expires_at,
    c.consumed_at,
    ${grantColumns}
  FROM authorization_codes c JOIN grants g ON g.id = c.grant_id WHERE c.code_hash = ?`;

@Injectable()
export class AuthorizationCodesStore {
  constructor(private readonly database: Database) {}

  async insert(tx: EntityManager, code: AuthorizationCode): Promise<void> {
    await this.database.writeLater(
      tx,
      `INSERT INTO authorization_codes (code_hash, grant_id, client_id, redirect_uri, redirect_uri_sent, code_challenge, dpop_jkt, nonce, expires_at, grant_expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        code.codeHash,
        code.grantId,
        code.clientId,
        code.redirectUri,
        code.redirectUriSent,
        code.codeChallenge,
        code.dpopJkt,
        code.nonce,
        code.expiresAt,
        code.grantExpiresAt,
      ],
    );
  }

  async find(codeHash: string): Promise<CodeWithGrant | undefined> {
    const row = await this.database.row<Row>(selectCode, [codeHash]);
    return row && fromRow(row);
  }

  /** Consumes the code: true for exactly one caller, and only while the grant is not revoked. */
  async redeem(tx: EntityManager, codeHash: string, now: number): Promise<boolean> {
    const redeemed = await this.database.affected(
      tx,
      `UPDATE authorization_codes SET consumed_at = ? WHERE code_hash = ? AND consumed_at IS NULL
        AND EXISTS (SELECT 1 FROM grants g WHERE g.id = grant_id AND g.revoked_at IS NULL)`,
      [now, codeHash],
    );
    return redeemed === 1;
  }
}

function fromRow(row: Row): CodeWithGrant {
  return {
    clientId: row.client_id,
    redirectUri: row.redirect_uri,
    redirectUriSent: Boolean(row.redirect_uri_sent),
    codeChallenge: row.code_challenge,
    dpopJkt: row.dpop_jkt,
    nonce: row.nonce,
    expiresAt: row.expires_at,
    consumedAt: row.consumed_at,
    grant: toIssuingGrant(row, row.grant_expires_at),
  };
}
