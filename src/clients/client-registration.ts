import { BadRequestException, ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { nameOf, type Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { generateOpaqueToken } from '../crypto/opaque-token.js';
import { Secrets } from '../crypto/secrets.js';
import type { ClientSecret } from '../persistence/entities/client-secret.entity.js';
import type { Client } from '../persistence/entities/client.entity.js';
import { newId } from '../persistence/id.js';
import { DuplicateError } from '../persistence/duplicate-error.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import type { Work } from '../persistence/transaction.js';
import { ConsentsStore } from '../persistence/stores/consents.store.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import { isGuessable, minClientSecretLength } from '../protocol/client-secret.js';
import { usesSecret } from '../protocol/client-metadata.js';
import { withDefaults } from '../protocol/client-metadata/defaults.js';
import { parseScope } from '../protocol/scope.js';
import type { ClientMetadata } from '../protocol/client-metadata/members.js';
import { checkPrecondition, type Precondition } from '../resource/precondition.js';
import { isAdminScope } from '../resource/resource-catalogue.js';
import { clientChanges } from './client-changes.js';
import { toColumns, toMetadata } from './client-columns.js';
import { revisionEvents } from './client-events.js';
import { ClientDirectory } from './client-directory.js';
import { ClientRules } from './client-rules.js';
import { refuseProblems } from './invalid-metadata.js';
import { RegisteredClient } from './registered-client.js';

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
  /** The hash of the token with which the client manages its registration (RFC 7592). */
  readonly registrationTokenHash?: string;
  /** Runs in the same transaction. If it throws, the client is not registered. */
  readonly within?: Work<void>;
}

/** A change of a client, beside what is changed. */
interface Revision {
  readonly event: 'client.updated' | 'client.disabled' | 'client.enabled';
  readonly actor: Originator;
  readonly precondition?: Precondition;
}

/** How often a change is worked out again because somebody else was faster. */
const maxRevisionAttempts = 5;

export const changedMeanwhile = 'the client is being changed by somebody else at the same time: try again';

/** Registers and changes clients. `actor` is the caller, for the audit trail. */
@Injectable()
export class ClientRegistration {
  constructor(
    private readonly clients: ClientsStore,
    private readonly consents: ConsentsStore,
    private readonly grants: GrantsStore,
    private readonly changes: Changes,
    private readonly directory: ClientDirectory,
    private readonly rules: ClientRules,
    private readonly secrets: Secrets,
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
    { registrationTokenHash, within }: RegistrationOptions = {},
  ): Promise<RegistrationResult> {
    const metadata = await this.checked(given);
    const now = this.clock.now();
    const clientId = client_id ?? newId();
    const method = metadata.token_endpoint_auth_method;
    const secret = usesSecret(method) ? (client_secret ?? generateOpaqueToken()) : undefined;
    const kept = secret === undefined ? undefined : await this.keep(secret, method);
    const client: Client = {
      ...toColumns({ ...metadata, client_name: metadata.client_name ?? clientId }),
      id: newId(),
      clientId,
      registrationTokenHash: registrationTokenHash ?? null,
      version: 0,
      disabledAt: null,
      createdAt: now,
      updatedAt: now,
    };
    try {
      await this.changes.change({ event: 'client.registered', actor, clientId }, async (tx) => {
        await within?.(tx);
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
      const before = toMetadata(present);
      const metadata = await this.checked({ ...before, ...given }, before);
      refuseOwnLoss(present, metadata, actor);
      return { ...toColumns(metadata), clientName: metadata.client_name ?? clientId };
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
  ): Promise<RegistrationResult> {
    const replaced = await this.revise(clientId, { event: 'client.updated', actor }, async (present) => {
      const metadata = await this.checked(given, toMetadata(present));
      return { ...toColumns(metadata), clientName: metadata.client_name ?? clientId };
    });
    const next = new RegisteredClient(replaced, await this.clients.secretsOf(clientId));
    const needsSecret =
      usesSecret(replaced.tokenEndpointAuthMethod) && !next.hasUsableSecret(this.clock.now());
    const secret = needsSecret ? await this.rotateSecret(clientId, 0, actor) : undefined;
    return { client: await this.require(clientId), secret };
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
      return this.clients.delete(tx, clientId);
    });
    this.directory.forget(clientId);
    if (!deleted) throw unknownClient(clientId);
  }

  /**
   * Adds a secret. The previous secrets remain valid during the overlap, so that the client's instances can switch one by one.
   * @param overlap seconds; 0 ends the previous secrets at once
   * @param chosen the new secret; generated if omitted
   * @returns the new secret, which is shown only once
   * @throws NotFoundException
   * @throws BadRequestException if the client's authentication method uses no secret, or the chosen one is too short
   */
  async rotateSecret(clientId: string, overlap: number, actor: Originator, chosen?: string): Promise<string> {
    const client = await this.require(clientId);
    const method = client.tokenEndpointAuthMethod;
    if (!usesSecret(method))
      throw new BadRequestException(`${clientId} has no secret: its token_endpoint_auth_method is ${method}`);
    const secret = chosen ?? generateOpaqueToken();
    const kept = await this.keep(secret, method);
    const event = { event: 'client.secret_rotated', actor, clientId, detail: { overlap } } as const;
    await this.changes.change(event, async (tx, now) => {
      const held = await this.clients.hold(tx, clientId);
      if (held?.tokenEndpointAuthMethod !== method) throw new ConflictException(changedMeanwhile);
      await this.clients.endSecrets(tx, clientId, now + overlap);
      await this.clients.addSecret(tx, clientId, kept, now);
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

  private async checked(given: Partial<ClientMetadata>, present?: ClientMetadata): Promise<ClientMetadata> {
    const metadata = withDefaults(given);
    refuseProblems(this.rules.problems(metadata));
    refuseProblems(await this.rules.fetchedProblems(metadata, present));
    return metadata;
  }

  /** The stored forms of a secret: hashed, and also sealed if it is the key of a MAC. */
  private async keep(
    secret: string,
    method: string,
  ): Promise<Pick<ClientSecret, 'secretHash' | 'sealedSecret'>> {
    if (isGuessable(secret))
      refuseProblems([
        { field: 'client_secret', reason: `must have at least ${minClientSecretLength} characters` },
      ]);
    const secretHash = this.secrets.hashClientSecret(secret);
    if (method !== 'client_secret_jwt') return { secretHash, sealedSecret: null };
    return { secretHash, sealedSecret: await this.secrets.seal('client-secret', secret) };
  }
}

const unknownClient = (clientId: string): NotFoundException =>
  new NotFoundException(`there is no client ${clientId}`);

export const notItself = 'a client cannot do this to itself; another administrator can';

/**
 * Prevents that a client which administers shuts itself out.
 * @throws ConflictException
 */
export function refuseSelf(clientId: string, actor: Originator): void {
  if (nameOf(actor) === `client:${clientId}`) throw new ConflictException(notItself);
}

/** Prevents that a client which administers takes the scopes from itself with which it does so. */
function refuseOwnLoss({ clientId, scope }: Client, metadata: ClientMetadata, actor: Originator): void {
  const left = parseScope(metadata.scope);
  if (parseScope(scope).some((name) => isAdminScope(name) && !left.includes(name)))
    refuseSelf(clientId, actor);
}
