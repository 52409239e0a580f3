import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import { Secrets } from '../../crypto/secrets.js';
import type { Client } from '../../persistence/entities/client.entity.js';
import { ClientsStore } from '../../persistence/stores/clients.store.js';
import { InitialAccessTokensStore } from '../../persistence/stores/initial-access-tokens.store.js';
import { invalidRequest, OAuthError } from '../../protocol/errors.js';
import { clientMetadataError } from '../../protocol/metadata-problem.js';
import { ClientRegistration, type RegistrationResult } from '../client-registration.js';
import { InvalidMetadata } from '../invalid-metadata.js';
import { RegisteredClient } from '../registered-client.js';
import { invalidToken, RegistrationAccess } from './registration-access.js';
import { RegistrationRequests } from './registration-request.js';
import { RegistrationThrottle } from './registration-throttle.js';

/** Members of the response that a client must not send back (RFC 7592 §2.2). */
const serverMembers = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
];

/** A client that registered itself, with the token to manage its registration. */
export interface SelfRegistered extends RegistrationResult {
  readonly registrationToken: string;
}

/** Lets clients register themselves (RFC 7591), and read, replace and delete their registration (RFC 7592). */
@Injectable()
export class SelfRegistration {
  constructor(
    private readonly access: RegistrationAccess,
    private readonly throttle: RegistrationThrottle,
    private readonly requests: RegistrationRequests,
    private readonly registration: ClientRegistration,
    private readonly initialTokens: InitialAccessTokensStore,
    private readonly clients: ClientsStore,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /**
   * @param address the address of the request, by which open registrations are limited
   * @throws OAuthError
   */
  async register(authorization: string | undefined, body: unknown, address: string): Promise<SelfRegistered> {
    const initial = await this.access.initialToken(authorization);
    if (!initial) await this.throttle.enter(address);
    const { metadata, scopeUnstated } = await inOAuth(this.requests.read(body, initial !== undefined));
    const registrationToken = generateOpaqueToken();
    const now = this.clock.now();
    const actor = `registration:${initial?.id ?? 'open'}`;
    const registered = await inOAuth(
      this.registration.register(metadata, actor, {
        registrationTokenHash: lookupHash(registrationToken),
        scopeUnstated,
        within: async (tx) => {
          // Another request may have used the token up since it was checked.
          if (initial && !(await this.initialTokens.spend(tx, initial.id, now)))
            throw invalidToken('the initial access token is used up');
        },
      }),
    );
    return { ...registered, registrationToken };
  }

  /** @throws OAuthError */
  async read(clientId: string, authorization: string | undefined): Promise<Client> {
    return this.access.registeredClient(clientId, authorization);
  }

  /**
   * "the client's metadata fields in this request [replace] the metadata" (RFC 7592 §2.2); an omitted member gets its default.
   * @throws OAuthError
   */
  async replace(
    clientId: string,
    authorization: string | undefined,
    body: unknown,
  ): Promise<RegistrationResult> {
    const present = await this.access.registeredClient(clientId, authorization);
    const { metadata, scopeUnstated } = await inOAuth(this.requests.read(body, false, present));
    await this.checkOwnMembers(present, body as Record<string, unknown>);
    const actor = `client:${clientId}`;
    return inOAuth(this.registration.replace(clientId, metadata, actor, scopeUnstated));
  }

  /** @throws OAuthError */
  async delete(clientId: string, authorization: string | undefined): Promise<void> {
    await this.access.registeredClient(clientId, authorization);
    await this.registration.delete(clientId, `client:${clientId}`);
  }

  /** "This request MUST include the client_id […]. If the client includes the client_secret, its value MUST match" (RFC 7592 §2.2) */
  private async checkOwnMembers(client: Client, body: Record<string, unknown>): Promise<void> {
    const foreign = serverMembers.find((name) => body[name] !== undefined);
    if (foreign !== undefined) throw invalidRequest(`${foreign} must not be sent`);
    if (body.client_id !== client.clientId)
      throw new OAuthError('invalid_client_metadata', 'client_id must be the client_id of this client');
    const { client_secret: secret } = body;
    if (secret === undefined) return;
    const registered = new RegisteredClient(client, await this.clients.secretsOf(client.clientId));
    const isOwn =
      typeof secret === 'string' &&
      registered.hasSecret(this.secrets.clientSecretHashes(secret), this.clock.now());
    if (!isOwn)
      throw new OAuthError('invalid_client_metadata', 'client_secret must match the registered secret');
  }
}

/** Turns invalid metadata into an error of RFC 7591 §3.2.2. The client gets the first violation; the detail lists all. */
async function inOAuth<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof InvalidMetadata)) throw error;
    const { problems } = error;
    const [first] = problems;
    throw new OAuthError(clientMetadataError(first), `${first.field} ${first.reason}`, {
      detail: problems.map(({ field, reason }) => `${field} ${reason}`).join('; '),
    });
  }
}
