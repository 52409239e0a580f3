import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuthorizationCode } from '../entities/authorization-code.entity.js';
import { Database } from '../database.js';
import { affected } from '../sql.js';
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

type Row = Omit<CodeWithGrant, 'grant' | 'redirectUriSent'> & GrantRow & { readonly redirectUriSent: number };

@Injectable()
export class AuthorizationCodesStore {
  constructor(private readonly database: Database) {}

  async insert(tx: EntityManager, code: AuthorizationCode): Promise<void> {
    await affected(
      tx,
      `INSERT INTO authorization_codes (code_hash, grant_id, client_id, redirect_uri, redirect_uri_sent, code_challenge, dpop_jkt, nonce, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      ],
    );
  }

  async find(codeHash: string): Promise<CodeWithGrant | undefined> {
    const [row] = await this.database.query<Row>(
      `SELECT c.client_id AS clientId, c.redirect_uri AS redirectUri, c.redirect_uri_sent AS redirectUriSent,
              c.code_challenge AS codeChallenge, c.dpop_jkt AS dpopJkt, c.nonce, c.expires_at AS expiresAt, c.consumed_at AS consumedAt, ${grantColumns}
         FROM authorization_codes c JOIN grants g ON g.id = c.grant_id
        WHERE c.code_hash = ?`,
      [codeHash],
    );
    return row && { ...row, redirectUriSent: Boolean(row.redirectUriSent), grant: toIssuingGrant(row) };
  }

  /** Consumes the code: true for exactly one caller, and only while its grant lives. */
  async redeem(tx: EntityManager, codeHash: string, now: number): Promise<boolean> {
    const redeemed = await affected(
      tx,
      `UPDATE authorization_codes SET consumed_at = ?
        WHERE code_hash = ? AND consumed_at IS NULL
          AND EXISTS (SELECT 1 FROM grants g WHERE g.id = grant_id AND g.revoked_at IS NULL)`,
      [now, codeHash],
    );
    return redeemed === 1;
  }
}
