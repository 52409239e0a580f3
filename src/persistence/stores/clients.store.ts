import { DeletedClient } from '../entities/deleted-client.entity.js';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { StoredClaimRule } from '../entities/claim-rule.entity.js';
import { AssertionPolicy } from '../entities/assertion-policy.entity.js';
import { ClientManager } from '../entities/client-manager.entity.js';
import { ClientSecret } from '../entities/client-secret.entity.js';
import { Client } from '../entities/client.entity.js';
import { OrganizationConsent } from '../entities/organization-consent.entity.js';
import { User } from '../entities/user.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';
import type { RowOf } from '../naming.js';
import { deleteRolesOf } from '../roles-of-owner.js';
import { addPage, addSearch, type Page, type PageRequest, toPage } from '../page.js';

/** What a change of a client depends on. */
export type HeldClient = Pick<
  Client,
  | 'id'
  | 'clientId'
  | 'version'
  | 'tokenEndpointAuthMethod'
  | 'scope'
  | 'registrationTokenHash'
  | 'documentFetchedAt'
>;

/** Longer than any access token lasts. */
const deletionKeptSeconds = 7 * 86_400;

@Injectable()
export class ClientsStore {
  constructor(private readonly database: Database) {}

  async find(clientId: string, tx: EntityManager = this.database.read): Promise<Client | null> {
    const client = await tx.findOneBy(Client, { clientId });
    // MySQL takes text for the same when one has more spaces at its end.
    return client?.clientId === clientId ? client : null;
  }

  /** Holds the row of a client until the transaction ends. */
  async hold(tx: EntityManager, clientId: string): Promise<HeldClient | undefined> {
    const [row] = await this.database.lockedRows<RowOf<HeldClient>>(
      tx,
      `SELECT id, client_id, version, token_endpoint_auth_method, scope, registration_token_hash, document_fetched_at
         FROM clients WHERE client_id = ?`,
      [clientId],
    );
    return (
      row && {
        id: row.id,
        clientId: row.client_id,
        version: row.version,
        tokenEndpointAuthMethod: row.token_endpoint_auth_method,
        scope: row.scope,
        registrationTokenHash: row.registration_token_hash,
        documentFetchedAt: row.document_fetched_at,
      }
    );
  }

  async secretsOf(clientId: string): Promise<ClientSecret[]> {
    return this.database.read.findBy(ClientSecret, { clientId });
  }

  /**
   * Oldest first.
   * @param search what their client_id, name or one of their redirection URIs contains
   * @param managedBy the user who manages them
   * @param agent whether they are agents
   */
  async list({
    search,
    managedBy,
    agent,
    ...page
  }: PageRequest & {
    readonly search?: string | undefined;
    readonly managedBy?: string | undefined;
    readonly agent?: boolean | undefined;
  }): Promise<Page<Client>> {
    const query = addPage(this.database.read.createQueryBuilder(Client, 'client'), page, 'createdAt');
    if (agent !== undefined) query.andWhere('client.eyrieAgent = :agent', { agent });
    if (managedBy !== undefined)
      query.andWhere(
        'client.clientId IN (SELECT m.client_id FROM client_managers m WHERE m.user_id = :managedBy)',
        {
          managedBy,
        },
      );
    if (search !== undefined)
      addSearch(query, {
        client_id: search,
        client_name: search,
        // The column holds a list of texts as JSON.
        redirect_uris: JSON.stringify(search).slice(1, -1),
      });
    return toPage(await query.getMany(), page.limit);
  }

  /** The names of clients, with those in other languages, and whether they are agents. */
  async names(
    clientIds: readonly string[],
  ): Promise<Map<string, Pick<Client, 'clientName' | 'translations' | 'eyrieAgent'>>> {
    if (clientIds.length === 0) return new Map();
    const clients = await this.database.read
      .createQueryBuilder(Client, 'client')
      .select([
        'client.id',
        'client.clientId',
        'client.clientName',
        'client.translations',
        'client.eyrieAgent',
      ])
      .where('client.clientId IN (:...clientIds)', { clientIds })
      .getMany();
    return new Map(clients.map((client) => [client.clientId, client]));
  }

  /** Returns false if the client_id is the id of a user. */
  async insert(tx: EntityManager, client: Client): Promise<boolean> {
    if (await this.isUserId(client.clientId, tx)) return false;
    await tx.insert(Client, client);
    return true;
  }

  /** Whether a client_id is the id of a user, in any case: both are subjects of tokens (RFC 9068 §5). */
  async isUserId(clientId: string, manager: EntityManager = this.database.read): Promise<boolean> {
    return manager.existsBy(User, { id: clientId.toLowerCase() });
  }

  /** Replaces what is given. Returns false if the client has been changed or deleted since it was read. */
  async update(
    tx: EntityManager,
    { id, version }: Pick<Client, 'id' | 'version'>,
    changes: Partial<Client>,
  ): Promise<boolean> {
    const { affected } = await tx.update(Client, { id, version }, { ...changes, version: version + 1 });
    return affected === 1;
  }

  /** Notes when the document that describes a client was last read. */
  async noteDocument(clientId: string, documentFetchedAt: number): Promise<void> {
    await this.database.write((tx) => tx.update(Client, { clientId }, { documentFetchedAt }));
  }

  /** Deletes the client and its secrets; what it was granted must be revoked in the same transaction. */
  /** A client that may hold exchanged tokens is noted for those who verify tokens by themselves: these do not end with a grant of its own. */
  async delete(tx: EntityManager, clientId: string, now: number): Promise<boolean> {
    const client = await tx.findOneBy(Client, { clientId });
    if (client && client.tokenExchangeResources.length > 0)
      await tx.insert(DeletedClient, {
        id: newId(),
        clientId,
        deletedAt: now,
        expiresAt: now + deletionKeptSeconds,
      });
    await tx.delete(ClientSecret, { clientId });
    await tx.delete(ClientManager, { clientId });
    await tx.delete(StoredClaimRule, { clientId });
    await tx.delete(AssertionPolicy, { clientId });
    await tx.delete(OrganizationConsent, { clientId });
    await deleteRolesOf(this.database, tx, { ownerKind: 'client', ownerId: clientId });
    const { affected } = await tx.delete(Client, { clientId });
    return affected === 1;
  }

  async addSecret(
    tx: EntityManager,
    clientId: string,
    secret: Pick<ClientSecret, 'secretHash' | 'sealedSecret'>,
    now: number,
  ): Promise<void> {
    await tx.insert(ClientSecret, { ...secret, id: newId(), clientId, createdAt: now, expiresAt: null });
  }

  /** Replaces the hash of a secret by another hash of the same secret. */
  async rehashSecret(id: string, former: string, secretHash: string): Promise<void> {
    await this.database.write((tx) => tx.update(ClientSecret, { id, secretHash: former }, { secretHash }));
  }

  /** Leaves of the client's secrets only what the plain comparison needs. */
  async dropSealedSecrets(tx: EntityManager, clientId: string): Promise<void> {
    await tx.update(ClientSecret, { clientId }, { sealedSecret: null });
  }

  /** Lets the client's present secrets end at a time, or at their own earlier one. */
  async endSecrets(tx: EntityManager, clientId: string, at: number): Promise<void> {
    await tx
      .createQueryBuilder()
      .update(ClientSecret)
      .set({ expiresAt: at })
      .where('client_id = :clientId AND (expires_at IS NULL OR expires_at > :at)', { clientId, at })
      .execute();
  }
}
