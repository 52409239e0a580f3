import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Consent } from '../entities/consent.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';

/** Whose consent it is, and to whom. */
export type ConsentKey = Pick<Consent, 'userId' | 'clientId'>;

type ScopeRow = Pick<Consent, 'scope'>;

const selectScope = 'SELECT scope FROM consents WHERE user_id = ? AND client_id = ?';

@Injectable()
export class ConsentsStore {
  constructor(private readonly database: Database) {}

  /** The scopes that the user has allowed this client before. */
  async allowedScope(userId: string, clientId: string): Promise<string> {
    const [row] = await this.database.query<ScopeRow>(selectScope, [userId, clientId]);
    return row?.scope ?? '';
  }

  async of(userId: string): Promise<Consent[]> {
    return this.database.read.find(Consent, { where: { userId }, order: { id: 'ASC' } });
  }

  /**
   * Remembers the scopes that come of those allowed before. Nobody else changes them until the transaction ends.
   * @param scopeAfter gets the scopes allowed before, none as ''
   */
  async remember(
    tx: EntityManager,
    key: ConsentKey,
    scopeAfter: (before: string) => string,
    now: number,
  ): Promise<void> {
    if (await this.change(tx, key, scopeAfter, now)) return;
    const inserted = await this.database.insertIfAbsent(
      tx,
      'INSERT INTO consents (id, user_id, client_id, scope, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)',
      [newId(), key.userId, key.clientId, scopeAfter(''), now, now],
    );
    if (!inserted) await this.change(tx, key, scopeAfter, now);
  }

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
    { userId, clientId }: ConsentKey,
    scopeAfter: (before: string) => string,
    now: number,
  ): Promise<boolean> {
    const [row] = await this.database.lockedRows<ScopeRow>(tx, selectScope, [userId, clientId]);
    if (!row) return false;
    await this.database.affected(
      tx,
      'UPDATE consents SET scope = ?, updated_at = ? WHERE user_id = ? AND client_id = ?',
      [scopeAfter(row.scope), now, userId, clientId],
    );
    return true;
  }
}
