import { Injectable } from '@nestjs/common';
import { addressOf } from '../../http/network.js';
import { usesSecret } from '../../protocol/client-metadata.js';
import { invalidRequest, OAuthError } from '../../protocol/errors.js';
import { ClientDirectory } from '../client-directory.js';
import type { RegisteredClient } from '../registered-client.js';
import { ClientDiscovery } from '../documents/client-discovery.js';
import { basicChallenge } from './client-secret-basic.js';
import { AuthenticationFailures } from './authentication-failures.js';
import type {
  AuthenticationRequest,
  PresentedCredentials,
  PresentingMethod,
  RecognisingMethod,
} from './method.js';
import { AuthenticationMethods } from './methods.js';
import { SecretGuesses } from './secret-guesses.js';

interface Found {
  readonly method: PresentingMethod;
  readonly credentials: PresentedCredentials;
}

/** Authenticates the client of a request to a back-channel endpoint (RFC 6749 §2.3). */
@Injectable()
export class ClientAuthenticator {
  private readonly presenting: readonly PresentingMethod[];
  private readonly recognising: readonly RecognisingMethod[];

  constructor(
    private readonly directory: ClientDirectory,
    private readonly discovery: ClientDiscovery,
    private readonly guesses: SecretGuesses,
    private readonly failures: AuthenticationFailures,
    { all }: AuthenticationMethods,
  ) {
    this.presenting = all.filter((method) => 'find' in method);
    this.recognising = all.filter((method) => 'recognises' in method);
  }

  /**
   * @throws OAuthError invalid_request if the request uses several methods, invalid_client if authentication fails
   */
  async authenticate(request: AuthenticationRequest): Promise<RegisteredClient> {
    // "The client MUST NOT use more than one authentication method in each request."
    const found = this.presenting.flatMap((method) => {
      const credentials = method.find(request);
      return credentials ? [{ method, credentials }] : [];
    });
    if (found.length > 1) throw invalidRequest('use one client authentication method');
    const [presented] = found;
    if (presented) return this.verify(request, presented);
    const named = request.parameters.get('client_id');
    if (named === undefined)
      throw new OAuthError('invalid_client', 'client authentication is missing', {
        challenge: basicChallenge,
      });
    return this.recognise(request, named);
  }

  /** Authenticates a client by the credentials in the request. */
  private async verify(request: AuthenticationRequest, found: Found): Promise<RegisteredClient> {
    const { method, credentials } = found;
    const named = request.parameters.get('client_id');
    const { clientId, rawClientId, isGuessable = false, isEmpty = false } = credentials;
    if (named !== undefined && named !== clientId && named !== rawClientId) {
      throw invalidRequest('client_id differs from the client that authenticates');
    }
    await this.discovery.learn(clientId, request.http);
    const client = (await this.directory.find(clientId)) ?? (await this.findRaw(rawClientId));
    // Libraries send the client_id of a public client by Basic, with an empty password. That is no authentication (§3.2.1).
    if (client?.isPublic && isEmpty) return client;
    const check = (): Promise<RegisteredClient> => this.check(request, found, client);
    if (!usesSecret(method.name)) return this.recorded(client, request, check);
    const attempt = { clientId: client?.clientId, address: addressOf(request.http), isGuessable };
    return this.guesses.limit(attempt, check);
  }

  private async findRaw(clientId: string | undefined): Promise<RegisteredClient | undefined> {
    return clientId === undefined ? undefined : this.directory.find(clientId);
  }

  private async check(
    request: AuthenticationRequest,
    { method, credentials }: Found,
    known: RegisteredClient | undefined,
  ): Promise<RegisteredClient> {
    let client = known;
    let proven = await credentials.verify(client);
    // A secret that another replica has issued a moment ago counts at once.
    if (client && !proven && usesSecret(method.name)) {
      client = await this.directory.findAnew(client.clientId);
      proven = await credentials.verify(client);
    }
    if (!client || !proven || !client.authMethods.includes(method.name)) {
      throw new OAuthError('invalid_client', 'client authentication failed', {
        challenge: request.authorization === undefined ? undefined : basicChallenge,
        detail: refusalDetail(client, proven, method.name),
      });
    }
    return client;
  }

  /** Accepts a client that the request only names: a public client, or one that its TLS certificate authenticates. */
  private async recognise(request: AuthenticationRequest, clientId: string): Promise<RegisteredClient> {
    await this.discovery.learn(clientId, request.http);
    const client = await this.directory.find(clientId);
    const registered = client?.metadata.tokenEndpointAuthMethod;
    const method = this.recognising.find(({ name }) => name === registered);
    return this.recorded(client, request, async () => {
      if (!client || !method || !(await method.recognises(client, request)))
        throw new OAuthError('invalid_client', 'client authentication failed', {
          detail: refusalDetail(client, true, 'none'),
        });
      return client;
    });
  }

  /** Runs a check, and records that the client failed it. Secrets are recorded where they are counted. */
  private async recorded(
    client: RegisteredClient | undefined,
    { http }: AuthenticationRequest,
    check: () => Promise<RegisteredClient>,
  ): Promise<RegisteredClient> {
    try {
      return await check();
    } catch (error) {
      if (error instanceof OAuthError && error.code === 'invalid_client')
        await this.failures.record('client.authentication_failed', client?.clientId, addressOf(http));
      throw error;
    }
  }
}

function refusalDetail(client: RegisteredClient | undefined, proven: boolean, method: string): string {
  if (!client) return 'unknown or disabled client';
  if (!proven) return `wrong credentials for ${client.clientId}`;
  const expected = client.authMethods.join(' and ');
  return client.profile === null
    ? `${client.clientId} is registered for ${expected}, but used ${method}`
    : `${client.clientId} keeps to ${client.profile} and has to use ${expected}, but used ${method}`;
}
