import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Consent } from '../entities/consent.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';
import type { RowOf } from '../naming.js';

/** Whose consent it is, to whom, and for which organization. */
export interface ConsentKey extends Pick<Consent, 'userId' | 'clientId'> {
  /** Null if for none. */
  readonly organizationId: string | null;
}

/** The scopes of a client, as they are stored: those that the user allowed, and those that it got without a question. */
export interface StoredScopes {
  readonly scope: string;
  readonly trustedScope: string;
}

type ScopeRow = RowOf<Pick<Consent, 'scope' | 'trustedScope'>>;

const isOfKey = 'user_id = ? AND client_id = ? AND organization_id = ?';
const selectScope = `SELECT scope, trusted_scope FROM consents WHERE ${isOfKey}`;

@Injectable()
export class ConsentsStore {
  constructor(private readonly database: Database) {}

  /** The scopes that the user has allowed this client before. */
  async allowedScope(key: ConsentKey): Promise<string> {
    const row = await this.database.row<ScopeRow>(selectScope, valuesOf(key));
    return row?.scope ?? '';
  }

  async of(userId: string): Promise<Consent[]> {
    return this.database.read.find(Consent, { where: { userId }, order: { id: 'ASC' } });
  }

  /**
   * Remembers the scopes that come of those remembered before. Nobody else changes them until the transaction ends.
   * @param after gets the scopes remembered before, none as ''
   */
  async remember(
    tx: EntityManager,
    key: ConsentKey,
    after: (before: StoredScopes) => StoredScopes,
    now: number,
  ): Promise<void> {
    if (await this.change(tx, key, after, now)) return;
    const { scope, trustedScope } = after({ scope: '', trustedScope: '' });
    const inserted = await this.database.insertIfAbsent(
      tx,
      'INSERT INTO consents (id, user_id, client_id, organization_id, scope, trusted_scope, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      [newId(), ...valuesOf(key), scope, trustedScope, now, now],
    );
    if (!inserted) await this.change(tx, key, after, now);
  }

  /** Those for every organization, and for none. */
  async forget(tx: EntityManager, userId: string, clientId: string): Promise<number> {
    return this.database.affected(tx, 'DELETE FROM consents WHERE user_id = ? AND client_id = ?', [
      userId,
      clientId,
    ]);
  }

  async forgetUser(tx: EntityManager, userId: string): Promise<number> {
    return this.database.affected(tx, 'DELETE FROM consents WHERE user_id = ?', [userId]);
  }

  async forgetClient(tx: EntityManager, clientId: string): Promise<number> {
    return this.database.affected(tx, 'DELETE FROM consents WHERE client_id = ?', [clientId]);
  }

  private async change(
    tx: EntityManager,
    key: ConsentKey,
    after: (before: StoredScopes) => StoredScopes,
    now: number,
  ): Promise<boolean> {
    const [row] = await this.database.lockedRows<ScopeRow>(tx, selectScope, valuesOf(key));
    if (!row) return false;
    const { scope, trustedScope } = after({ scope: row.scope, trustedScope: row.trusted_scope ?? '' });
    await this.database.affected(
      tx,
      `UPDATE consents SET scope = ?, trusted_scope = ?, updated_at = ? WHERE ${isOfKey}`,
      [scope, trustedScope, now, ...valuesOf(key)],
    );
    return true;
  }
}

const valuesOf = ({ userId, clientId, organizationId }: ConsentKey): string[] => [
  userId,
  clientId,
  organizationId ?? '',
];
