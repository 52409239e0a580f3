import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { Consent } from '../entities/consent.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';
import type { RowOf } from '../naming.js';

/** Whose consent it is, to whom, and for which organization. */
export interface ConsentKey extends Pick<Consent, 'userId' | 'clientId'> {
  /** Null if for none. */
  readonly organizationId: string | null;
}

/** What a client has, as it is stored: the scopes and details that the user allowed, and the scopes that it got without a question. */
export interface StoredConsent {
  readonly scope: string;
  readonly trustedScope: string;
  readonly authorizationDetails: readonly AuthorizationDetail[] | null;
}

interface DetailsRow {
  readonly authorization_details: string | null;
}
type ScopeRow = RowOf<Pick<Consent, 'scope' | 'trustedScope'>>;

const isOfKey = 'user_id = ? AND client_id = ? AND organization_id = ?';
const selectScope = `SELECT scope, trusted_scope FROM consents WHERE ${isOfKey}`;
const selectDetails = `SELECT authorization_details FROM consents WHERE ${isOfKey}`;
const selectAll = `SELECT scope, trusted_scope, authorization_details FROM consents WHERE ${isOfKey}`;
const nothing: StoredConsent = { scope: '', trustedScope: '', authorizationDetails: null };

@Injectable()
export class ConsentsStore {
  constructor(private readonly database: Database) {}

  /** The scopes that the user has allowed this client before. */
  async allowedScope(key: ConsentKey): Promise<string> {
    const row = await this.database.row<ScopeRow>(selectScope, keyValues(key));
    return row?.scope ?? '';
  }

  /** The authorization details that the user has allowed this client before. */
  async allowedDetails(key: ConsentKey): Promise<readonly AuthorizationDetail[]> {
    return detailsIn(await this.database.row<DetailsRow>(selectDetails, keyValues(key))) ?? [];
  }

  async of(userId: string): Promise<Consent[]> {
    return this.database.read.find(Consent, { where: { userId }, order: { id: 'ASC' } });
  }

  /**
   * Remembers what comes of what was remembered before. Nobody else changes it until the transaction ends.
   * @param after gets what was remembered before, no scopes as ''
   */
  async remember(
    tx: EntityManager,
    key: ConsentKey,
    after: (before: StoredConsent) => StoredConsent,
    now: number,
  ): Promise<void> {
    if (await this.change(tx, key, after, now)) return;
    const inserted = await this.database.insertIfAbsent(
      tx,
      `INSERT INTO consents
         (id, user_id, client_id, organization_id, scope, trusted_scope, authorization_details, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [newId(), ...keyValues(key), ...valuesOf(after(nothing)), now, now],
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

  /** What the members of an organization allowed a client for it. */
  async forgetForOrganization(tx: EntityManager, organizationId: string, clientId: string): Promise<void> {
    await tx.delete(Consent, { organizationId, clientId });
  }

  private async change(
    tx: EntityManager,
    key: ConsentKey,
    after: (before: StoredConsent) => StoredConsent,
    now: number,
  ): Promise<boolean> {
    const [row] = await this.database.lockedRows<ScopeRow & DetailsRow>(tx, selectAll, keyValues(key));
    if (!row) return false;
    const before = {
      scope: row.scope,
      trustedScope: row.trusted_scope ?? '',
      authorizationDetails: detailsIn(row),
    };
    await this.database.affected(
      tx,
      `UPDATE consents SET scope = ?, trusted_scope = ?, authorization_details = ?, updated_at = ? WHERE ${isOfKey}`,
      [...valuesOf(after(before)), now, ...keyValues(key)],
    );
    return true;
  }
}

const valuesOf = ({ scope, trustedScope, authorizationDetails }: StoredConsent): (string | null)[] => [
  scope,
  trustedScope,
  authorizationDetails && JSON.stringify(authorizationDetails),
];

function detailsIn(row: DetailsRow | undefined): AuthorizationDetail[] | null {
  const text = row?.authorization_details ?? null;
  return text === null ? null : (JSON.parse(text) as AuthorizationDetail[]);
}

const keyValues = ({ userId, clientId, organizationId }: ConsentKey): string[] => [
  userId,
  clientId,
  organizationId ?? '',
];
