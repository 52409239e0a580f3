import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { sameHash } from '../../crypto/secrets.js';
import type { Client } from '../../persistence/entities/client.entity.js';
import type { InitialAccessToken } from '../../persistence/entities/initial-access-token.entity.js';
import { ClientsStore } from '../../persistence/stores/clients.store.js';
import { InitialAccessTokensStore } from '../../persistence/stores/initial-access-tokens.store.js';
import { OAuthError } from '../../protocol/errors.js';

const bearerForm = /^bearer +([\w.~+/-]+=*) *$/i;

/** Checks the tokens of dynamic registration: who may register a client (RFC 7591 §3), and who may manage one (RFC 7592 §2). */
@Injectable()
export class RegistrationAccess {
  constructor(
    private readonly initialTokens: InitialAccessTokensStore,
    private readonly clients: ClientsStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Finds the initial access token of a registration.
   * @returns undefined if registration is open and the request has none
   * @throws OAuthError 401 invalid_token if it is missing, unknown, used up or expired
   */
  async initialToken(authorization: string | undefined): Promise<InitialAccessToken | undefined> {
    if (authorization === undefined && this.settings.registration === 'open') return undefined;
    const token = await this.initialTokens.findUsable(tokenHash(authorization), this.clock.now());
    if (!token) throw invalidToken('the initial access token is unknown, used up or expired');
    return token;
  }

  /**
   * Finds the client, if the token is its registration access token (RFC 7592 §2).
   * @throws OAuthError 401 invalid_token for any other token, and if the client is deleted or disabled
   */
  async registeredClient(clientId: string, authorization: string | undefined): Promise<Client> {
    const hash = tokenHash(authorization);
    const client = await this.clients.find(clientId);
    const isOwn =
      client !== null &&
      client.registrationTokenHash !== null &&
      sameHash(client.registrationTokenHash, hash);
    if (!isOwn || client.disabledAt !== null)
      throw invalidToken('the registration access token does not belong to this client');
    return client;
  }
}

function tokenHash(authorization: string | undefined): string {
  if (authorization === undefined)
    throw new OAuthError('invalid_token', 'an access token is missing', {
      status: 401,
      challenge: 'Bearer realm="eyrie"',
    });
  const token = bearerForm.exec(authorization)?.[1];
  if (token === undefined) throw invalidToken('the Authorization header does not contain a bearer token');
  return lookupHash(token);
}

/** The error invalid_token (RFC 6750 §3.1). */
export const invalidToken = (description: string): OAuthError =>
  new OAuthError('invalid_token', description, {
    status: 401,
    challenge: 'Bearer realm="eyrie", error="invalid_token"',
  });
