import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Consent } from '../entities/consent.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';
import { updateOrInsert } from '../update-or-insert.js';

interface ScopeRow {
  readonly scope: string;
}

const selectScope = 'SELECT scope FROM consents WHERE user_id = ? AND client_id = ?';

const scopeOf = ([row]: ScopeRow[]): string => row?.scope ?? '';

@Injectable()
export class ConsentsStore {
  constructor(private readonly database: Database) {}

  /** The scopes that the user has allowed this client before. */
  async allowedScope(userId: string, clientId: string): Promise<string> {
    return scopeOf(await this.database.query<ScopeRow>(selectScope, [userId, clientId]));
  }

  /** The same inside the transaction that is to change them, and that nobody else changes until it ends. */
  async allowedScopeWithin(tx: EntityManager, userId: string, clientId: string): Promise<string> {
    return scopeOf(await this.database.lockedRows<ScopeRow>(tx, selectScope, [userId, clientId]));
  }

  async of(userId: string): Promise<Consent[]> {
    return this.database.read.find(Consent, { where: { userId }, order: { id: 'ASC' } });
  }

  async remember(
    tx: EntityManager,
    userId: string,
    clientId: string,
    scope: string,
    now: number,
  ): Promise<void> {
    await updateOrInsert(
      () =>
        this.database.affected(
          tx,
          'UPDATE consents SET scope = ?, updated_at = ? WHERE user_id = ? AND client_id = ?',
          [scope, now, userId, clientId],
        ),
      () =>
        this.database.insertIfAbsent(
          tx,
          'INSERT INTO consents (id, user_id, client_id, scope, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)',
          [newId(), userId, clientId, scope, now, now],
        ),
    );
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
}
