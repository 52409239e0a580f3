import { Injectable } from '@nestjs/common';
import { Database } from '../../persistence/database.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { invalidScope, OAuthError } from '../../protocol/errors.js';
import { isPersonScope, parseScope } from '../../protocol/scope.js';
import { AuthorizationDetails } from '../../resource/authorization-details/authorization-details.js';
import { AccessTokenMint } from '../mint/access-token.js';
import { type IssuedTokens, issuedTokens } from '../mint/token-response.js';
import type { GrantType, TokenRequest } from './grant-type.js';
import { StandingGrants } from './standing-grants.js';
import { Entitlements } from '../entitlements.js';

/** The client credentials grant (RFC 6749 §4.4). The client acts for itself and gets no refresh token. */
@Injectable()
export class ClientCredentialsGrant implements GrantType {
  readonly name = 'client_credentials';
  readonly parameters = ['scope', 'authorization_details'];

  constructor(
    private readonly standingGrants: StandingGrants,
    private readonly accessTokens: AccessTokensStore,
    private readonly entitlements: Entitlements,
    private readonly details: AuthorizationDetails,
    private readonly database: Database,
    private readonly accessTokenMint: AccessTokenMint,
  ) {}

  async exchange({ client, parameters, confirmation, now }: TokenRequest): Promise<IssuedTokens> {
    // "The client credentials grant type MUST only be used by confidential clients."
    if (client.isPublic) throw new OAuthError('unauthorized_client', 'a public client cannot act for itself');
    const allowed = grantedScopes(client, parseScope(parameters.get('scope')));
    const { authorizationDetailsTypes } = client;
    const parameter = parameters.get('authorization_details');
    const entitlement = await this.entitlements.forToken(client, parameters, {
      scopes: allowed,
      resources: null,
      authorizationDetails: await this.details.requestedForItself(parameter, authorizationDetailsTypes),
    });
    const grant = await this.standingGrants.findOrCreate(client.clientId, now);
    const access = await this.accessTokenMint.mint({ client, grant, ...entitlement, confirmation, now });
    const { row } = access;
    if (row) await this.database.write((tx) => this.accessTokens.insert(tx, row));
    return issuedTokens(access, entitlement.scopes);
  }
}

/**
 * The requested scopes, or all registered ones if none is requested. Scopes of OpenID Connect are excluded, since they need a resource
 * owner.
 */
function grantedScopes(client: RegisteredClient, asked: readonly string[]): string[] {
  if (!asked.every((scope) => client.allowsScope(scope) && !isPersonScope(scope)))
    throw invalidScope('scope contains scopes that this client may not use for itself');
  return asked.length > 0 ? [...asked] : [...client.scopes].filter((scope) => !isPersonScope(scope));
}
