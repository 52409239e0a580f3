import { BadRequestException, ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { generateOpaqueToken } from '../crypto/opaque-token.js';
import { Secrets } from '../crypto/secrets.js';
import { Database } from '../persistence/database.js';
import type { Client } from '../persistence/entities/client.entity.js';
import { newId } from '../persistence/id.js';
import { isDuplicate } from '../persistence/sql.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { ConsentsStore } from '../persistence/stores/consents.store.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import { type ClientMetadata, metadataProblems, withDefaults } from '../protocol/client-metadata.js';
import { clientChanges } from './client-changes.js';
import { toColumns, toMetadata } from './client-columns.js';
import { ClientDirectory } from './client-directory.js';

/** A registration: what RFC 7591 §2 lets a client say of itself, with an id and a secret of the operator's choice. */
export interface Registration extends Partial<ClientMetadata> {
  readonly client_id?: string;
  readonly client_secret?: string;
}

/** A client with the secret that was made for it, shown this once. */
export interface RegistrationResult {
  readonly client: Client;
  readonly secret: string | undefined;
}

/** Registers and changes clients. `actor` is who does it, for the audit trail. */
@Injectable()
export class ClientRegistration {
  constructor(
    private readonly clients: ClientsStore,
    private readonly consents: ConsentsStore,
    private readonly grants: GrantsStore,
    private readonly audit: AuditStore,
    private readonly database: Database,
    private readonly directory: ClientDirectory,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws BadRequestException naming each field that is wrong
   * @throws ConflictException when the client_id is taken
   */
  async register(
    { client_id, client_secret, ...given }: Registration,
    actor: string,
  ): Promise<RegistrationResult> {
    const metadata = checked(given);
    const now = this.clock.now();
    const clientId = client_id ?? newId();
    const secret =
      metadata.token_endpoint_auth_method === 'none' ? undefined : (client_secret ?? generateOpaqueToken());
    const client: Client = {
      ...toColumns({ ...metadata, client_name: metadata.client_name ?? clientId }),
      id: newId(),
      clientId,
      disabledAt: null,
      createdAt: now,
      updatedAt: now,
    };
    try {
      await this.database.write(async (tx) => {
        await this.clients.insert(tx, client);
        if (secret !== undefined)
          await this.clients.addSecret(tx, clientId, this.secrets.hashClientSecret(secret), now);
        await this.audit.record(tx, { event: 'client.registered', actor, clientId }, now);
      });
    } catch (error) {
      if (isDuplicate(error)) throw new ConflictException(`the client_id ${clientId} is taken`);
      throw error;
    }
    this.directory.forget(clientId);
    return { client, secret };
  }

  /**
   * Changes the fields that are given and leaves the rest.
   * @throws BadRequestException naming each field that is wrong
   * @throws NotFoundException
   */
  async update(clientId: string, changes: Partial<ClientMetadata>, actor: string): Promise<Client> {
    const present = await this.require(clientId);
    const metadata = checked({ ...toMetadata(present), ...clientChanges(changes) });
    await this.change(
      clientId,
      { ...toColumns(metadata), clientName: metadata.client_name ?? clientId },
      'client.updated',
      actor,
    );
    return this.require(clientId);
  }

  /** A disabled client is refused everywhere and its tokens are inactive; enabling it again revives what did not expire meanwhile. */
  async setDisabled(clientId: string, disabled: boolean, actor: string): Promise<Client> {
    await this.require(clientId);
    const disabledAt = disabled ? this.clock.now() : null;
    await this.change(clientId, { disabledAt }, disabled ? 'client.disabled' : 'client.enabled', actor);
    return this.require(clientId);
  }

  /** Deletes the client; all it was granted dies. */
  async delete(clientId: string, actor: string): Promise<void> {
    const now = this.clock.now();
    const deleted = await this.database.write(async (tx) => {
      await this.grants.revokeAll(tx, { clientId }, 'client_deleted', now);
      await this.consents.forgetClient(tx, clientId);
      await this.audit.record(tx, { event: 'client.deleted', actor, clientId }, now);
      return this.clients.delete(tx, clientId);
    });
    this.directory.forget(clientId);
    if (!deleted) throw unknownClient(clientId);
  }

  /**
   * Adds a secret; those before go on for the overlap, so that the client's instances can change over one by one.
   * @param overlap seconds
   * @returns the new secret, shown this once
   */
  async rotateSecret(clientId: string, overlap: number, actor: string, chosen?: string): Promise<string> {
    const client = await this.require(clientId);
    if (client.tokenEndpointAuthMethod === 'none')
      throw new BadRequestException(`${clientId} is a public client and has no secret`);
    const secret = chosen ?? generateOpaqueToken();
    const now = this.clock.now();
    await this.database.write(async (tx) => {
      await this.clients.endSecrets(tx, clientId, now + overlap);
      await this.clients.addSecret(tx, clientId, this.secrets.hashClientSecret(secret), now);
      await this.audit.record(
        tx,
        { event: 'client.secret_rotated', actor, clientId, detail: { overlap } },
        now,
      );
    });
    this.directory.forget(clientId);
    return secret;
  }

  /** @throws NotFoundException */
  async require(clientId: string): Promise<Client> {
    const client = await this.clients.find(clientId);
    if (!client) throw unknownClient(clientId);
    return client;
  }

  private async change(
    clientId: string,
    changes: Partial<Client>,
    event: string,
    actor: string,
  ): Promise<void> {
    const now = this.clock.now();
    await this.database.write(async (tx) => {
      await this.clients.update(tx, clientId, { ...changes, updatedAt: now });
      await this.audit.record(tx, { event, actor, clientId }, now);
    });
    this.directory.forget(clientId);
  }
}

function checked(given: Partial<ClientMetadata>): ClientMetadata {
  const metadata = withDefaults(given);
  const problems = metadataProblems(metadata);
  if (problems.length > 0)
    throw new BadRequestException(problems.map(({ field, reason }) => `${field} ${reason}`));
  return metadata;
}

const unknownClient = (clientId: string): NotFoundException =>
  new NotFoundException(`there is no client ${clientId}`);
