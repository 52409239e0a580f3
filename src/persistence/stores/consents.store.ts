import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Consent } from '../entities/consent.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';
import { affected, isDuplicate, rows } from '../sql.js';

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

  /** The same inside the transaction that is to change them. */
  async allowedScopeWithin(tx: EntityManager, userId: string, clientId: string): Promise<string> {
    return scopeOf(await rows<ScopeRow>(tx, selectScope, [userId, clientId]));
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
    const update = (): Promise<number> =>
      affected(tx, 'UPDATE consents SET scope = ?, updated_at = ? WHERE user_id = ? AND client_id = ?', [
        scope,
        now,
        userId,
        clientId,
      ]);
    if ((await update()) > 0) return;
    try {
      await tx.insert(Consent, { id: newId(), userId, clientId, scope, createdAt: now, updatedAt: now });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      await update();
    }
  }

  async forget(tx: EntityManager, userId: string, clientId: string): Promise<number> {
    return affected(tx, 'DELETE FROM consents WHERE user_id = ? AND client_id = ?', [userId, clientId]);
  }

  async forgetUser(tx: EntityManager, userId: string): Promise<number> {
    return affected(tx, 'DELETE FROM consents WHERE user_id = ?', [userId]);
  }

  async forgetClient(tx: EntityManager, clientId: string): Promise<number> {
    return affected(tx, 'DELETE FROM consents WHERE client_id = ?', [clientId]);
  }
}
