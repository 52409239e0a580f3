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

/** Who may register a client, and who may manage one that registered itself. */
@Injectable()
export class RegistrationAccess {
  constructor(
    private readonly initialTokens: InitialAccessTokensStore,
    private readonly clients: ClientsStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The initial access token that a registration comes with; undefined where registration is open and it comes with none.
   * @throws OAuthError 401 invalid_token when it is missing, unknown, used up or expired
   */
  async initialToken(authorization: string | undefined): Promise<InitialAccessToken | undefined> {
    if (authorization === undefined && this.settings.registration === 'open') return undefined;
    const token = await this.initialTokens.findLive(tokenHash(authorization), this.clock.now());
    if (!token) throw invalidToken('the initial access token is unknown, used up or expired');
    return token;
  }

  /**
   * The client whose registration access token this is (RFC 7592 §2).
   * @throws OAuthError 401 invalid_token for any other token; also when the client is deleted, which kills its token with it
   */
  async registeredClient(clientId: string, authorization: string | undefined): Promise<Client> {
    const hash = tokenHash(authorization);
    const client = await this.clients.find(clientId);
    const isOwn =
      client !== null &&
      client.registrationTokenHash !== null &&
      sameHash(client.registrationTokenHash, hash);
    if (!isOwn || client.disabledAt !== null)
      throw invalidToken('the registration access token is not that of a client here');
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
  if (token === undefined) throw invalidToken('the Authorization header is not a bearer token');
  return lookupHash(token);
}

/** RFC 6750 §3.1 */
export const invalidToken = (description: string): OAuthError =>
  new OAuthError('invalid_token', description, {
    status: 401,
    challenge: 'Bearer realm="eyrie", error="invalid_token"',
  });
