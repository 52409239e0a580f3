import { isDeepStrictEqual } from 'node:util';
import { ConflictException, Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { AuditEvent } from '../audit/events.js';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { generateOpaqueToken } from '../crypto/opaque-token.js';
import { Client } from '../persistence/entities/client.entity.js';
import { newId } from '../persistence/id.js';
import { DuplicateError } from '../persistence/duplicate-error.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { ConsentsStore } from '../persistence/stores/consents.store.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import { usesSecret } from '../protocol/client-metadata.js';
import type { ClientMetadata } from '../protocol/client-metadata/members.js';
import { checkPrecondition, type Precondition } from '../resource/precondition.js';
import { clientChanges } from './client-changes.js';
import { toColumns, toMetadata } from './client-columns.js';
import { revisionEvents } from './client-events.js';
import { sayWhatEnds } from './client-endings.js';
import { ClientDirectory } from './client-directory.js';
import { changedMeanwhile, unknownClient } from './client-refusals.js';
import { ClientSecrets } from './client-secrets.js';
import { MetadataAdmission } from './metadata-admission.js';
import { refuseOwnLoss } from './own-loss.js';
import { RegisteredClient } from './registered-client.js';
import { endWhatDocumentChanged } from './documents/document-changes.js';
import { endGrantsOfSector } from './sector-change.js';

/** A registration: client metadata (RFC 7591 §2), and the id and secret if the operator chooses them. */
export interface Registration extends Partial<ClientMetadata> {
  readonly client_id?: string;
  readonly client_secret?: string;
}

/** A client, with its new secret if it got one. The secret is shown only once. */
export interface RegistrationResult {
  readonly client: Client;
  readonly secret: string | undefined;
}

/** Options of a registration that are not client metadata. */
export interface RegistrationOptions {
  /** Every request of it is rejected until somebody enables it. */
  readonly disabled?: boolean;
  /** The hash of the token with which the client manages its registration (RFC 7592). */
  readonly registrationTokenHash?: string;
  /** Whether the client did not say which scopes it needs. */
  readonly scopeUnstated?: boolean;
  /** Runs in the same transaction. If it throws, the client is not registered. */
  readonly within?: (tx: Transaction, clientId: string) => Promise<void>;
}

/** A change of a client, beside what is changed. */
interface Revision {
  readonly event: 'client.updated' | 'client.disabled' | 'client.enabled';
  readonly actor: Originator;
  readonly precondition?: Precondition;
}

/** How often a change is worked out again because somebody else was faster. */
const maxRevisionAttempts = 5;

/** Registers and changes clients. `actor` is the caller, for the audit trail. */
@Injectable()
export class ClientRegistration {
  constructor(
    private readonly clients: ClientsStore,
    private readonly consents: ConsentsStore,
    private readonly grants: GrantsStore,
    private readonly changes: Changes,
    private readonly directory: ClientDirectory,
    private readonly admission: MetadataAdmission,
    private readonly secrets: ClientSecrets,
    private readonly clock: Clock,
  ) {}

  /**
   * Registers a client. A missing client_id, and a missing secret if the client needs one, are generated.
   * @throws BadRequestException naming each invalid field
   * @throws ConflictException if the client_id is taken, or is the id of a user
   */
  async register(
    { client_id, client_secret, ...given }: Registration,
    actor: Originator,
    { disabled = false, registrationTokenHash, scopeUnstated, within }: RegistrationOptions = {},
  ): Promise<RegistrationResult> {
    const metadata = await this.admission.admit(given);
    const now = this.clock.now();
    const clientId = client_id ?? newId();
    const method = metadata.token_endpoint_auth_method;
    const secret = usesSecret(method) ? (client_secret ?? generateOpaqueToken()) : undefined;
    const kept = secret === undefined ? undefined : await this.secrets.keep(secret, method);
    const client: Client = {
      ...toColumns({ ...metadata, client_name: metadata.client_name ?? clientId }),
      id: newId(),
      clientId,
      registrationTokenHash: registrationTokenHash ?? null,
      scopeUnstated: scopeUnstated ?? false,
      documentFetchedAt: null,
      version: 0,
      disabledAt: disabled ? now : null,
      createdAt: now,
      updatedAt: now,
    };
    try {
      const events: AuditEvent[] = [
        { event: 'client.registered', actor, clientId },
        ...(disabled ? [{ event: 'client.disabled', actor, clientId } as const] : []),
      ];
      await this.changes.change(events, async (tx) => {
        await within?.(tx, clientId);
        if (!(await this.clients.insert(tx, client)))
          throw new ConflictException(`the client_id ${clientId} is the id of a user`);
        if (kept) await this.clients.addSecret(tx, clientId, kept, now);
      });
    } catch (error) {
      if (error instanceof DuplicateError) throw new ConflictException(`the client_id ${clientId} is taken`);
      throw error;
    }
    this.directory.forget(clientId);
    return { client, secret };
  }

  /**
   * Changes the given fields and leaves the rest unchanged.
   * @throws BadRequestException naming each invalid field
   * @throws NotFoundException
   * @throws PreconditionFailedException
   */
  async update(
    clientId: string,
    changes: Partial<ClientMetadata>,
    actor: Originator,
    precondition?: Precondition,
  ): Promise<Client> {
    const given = clientChanges(changes);
    await this.revise(clientId, { event: 'client.updated', actor, precondition }, async (present) => {
      if (Object.keys(given).length === 0) return {};
      if (present.documentFetchedAt !== null)
        throw new ConflictException(`the document at ${clientId} describes this client`);
      const before = toMetadata(present);
      const metadata = await this.admission.admit({ ...before, ...given }, before);
      refuseOwnLoss(present, metadata, actor);
      return {
        ...toColumns(metadata),
        clientName: metadata.client_name ?? clientId,
        scopeUnstated: present.scopeUnstated && changes.scope === undefined,
      };
    });
    return this.require(clientId);
  }

  /**
   * Replaces all metadata. If the new authentication method needs a secret that the client does not have, one is generated.
   * @throws BadRequestException naming each invalid field
   * @throws NotFoundException
   */
  async replace(
    clientId: string,
    given: Partial<ClientMetadata>,
    actor: Originator,
    scopeUnstated: boolean,
  ): Promise<RegistrationResult> {
    const replaced = await this.revise(clientId, { event: 'client.updated', actor }, async (present) => {
      const metadata = await this.admission.admit(given, toMetadata(present));
      return { ...toColumns(metadata), clientName: metadata.client_name ?? clientId, scopeUnstated };
    });
    const next = new RegisteredClient(replaced, await this.clients.secretsOf(clientId));
    const needsSecret =
      usesSecret(replaced.tokenEndpointAuthMethod) && !next.hasUsableSecret(this.clock.now());
    const secret = needsSecret ? await this.secrets.rotate(clientId, 0, actor) : undefined;
    return { client: await this.require(clientId), secret };
  }

  /** Writes what the document of a client says now. @throws NotFoundException */
  async describe(described: Client, actor: Originator): Promise<void> {
    const columns = { ...toColumns(toMetadata(described)), scopeUnstated: described.scopeUnstated };
    const isNew = (present: Client): boolean =>
      !isDeepStrictEqual(toMetadata(present), toMetadata(described)) ||
      present.scopeUnstated !== described.scopeUnstated;
    await this.revise(described.clientId, { event: 'client.updated', actor }, async (present) =>
      isNew(present) ? { ...columns, clientName: described.clientName } : {},
    );
  }

  /**
   * Disables or enables a client. While it is disabled, every request of it is rejected and its tokens are inactive.
   * @throws NotFoundException
   * @throws PreconditionFailedException
   */
  async setDisabled(
    clientId: string,
    disabled: boolean,
    actor: Originator,
    precondition?: Precondition,
  ): Promise<Client> {
    const event = disabled ? 'client.disabled' : 'client.enabled';
    const now = this.clock.now();
    await this.revise(clientId, { event, actor, precondition }, async ({ disabledAt }) => ({
      disabledAt: disabled ? (disabledAt ?? now) : null,
    }));
    return this.require(clientId);
  }

  /**
   * Deletes a client, revokes its grants and deletes the consent that users gave it.
   * @throws NotFoundException
   * @throws PreconditionFailedException
   */
  async delete(clientId: string, actor: Originator, precondition?: Precondition): Promise<void> {
    const event = { event: 'client.deleted', actor, clientId } as const;
    const deleted = await this.changes.change(event, async (tx, now) => {
      const held = await this.clients.hold(tx, clientId);
      if (held) checkPrecondition(held, precondition);
      await this.grants.revokeAll(tx, { clientId }, 'client_deleted', now);
      await this.consents.forgetClient(tx, clientId);
      return this.clients.delete(tx, clientId, now);
    });
    this.directory.forget(clientId);
    if (!deleted) throw unknownClient(clientId);
  }

  /** @throws NotFoundException */
  async require(clientId: string): Promise<Client> {
    const client = await this.clients.find(clientId);
    if (!client) throw unknownClient(clientId);
    return client;
  }

  /**
   * Changes a client on the basis of what it is: if somebody else changes it meanwhile, what follows from that is worked out again.
   * @param columnsFor what is to be written; it may take its time, and throw
   * @returns the client as it was written
   */
  private async revise(
    clientId: string,
    { event, actor, precondition }: Revision,
    columnsFor: (present: Client) => Promise<Partial<Client>>,
  ): Promise<Client> {
    for (let attempt = 1; attempt <= maxRevisionAttempts; attempt++) {
      const present = await this.require(clientId);
      checkPrecondition(present, precondition);
      const columns = await columnsFor(present);
      if (Object.keys(columns).length === 0) return present;
      const events = revisionEvents(present, columns, event, actor);
      const isWritten = await this.changes.change(events, async (tx, now) => {
        if (!(await this.clients.update(tx, present, { ...columns, updatedAt: now }))) return false;
        const next = Object.assign(new Client(), present, columns);
        const stores = { grants: this.grants, consents: this.consents, changes: this.changes };
        sayWhatEnds({ present, next });
        await endGrantsOfSector(stores, tx, { present, next, actor, now });
        await endWhatDocumentChanged(stores, tx, { present, next, actor, now });
        const { tokenEndpointAuthMethod: method } = columns;
        if (method !== undefined && method !== 'client_secret_jwt')
          await this.clients.dropSealedSecrets(tx, clientId);
        return true;
      });
      this.directory.forget(clientId);
      if (isWritten) return Object.assign(present, columns);
    }
    throw new ConflictException(changedMeanwhile);
  }
}
