import { Injectable } from '@nestjs/common';
import { AuthorizationCodeGrant } from './authorization-code.js';
import { ClientCredentialsGrant } from './client-credentials.js';
import type { GrantType } from './grant-type.js';
import { RefreshTokenGrant } from './refresh-token.js';

/** Every grant type that the token endpoint knows. */
export const grantTypeProviders = [AuthorizationCodeGrant, RefreshTokenGrant, ClientCredentialsGrant];

@Injectable()
export class GrantTypes {
  private readonly byName: ReadonlyMap<string, GrantType>;

  constructor(
    authorizationCode: AuthorizationCodeGrant,
    refreshToken: RefreshTokenGrant,
    clientCredentials: ClientCredentialsGrant,
  ) {
    this.byName = new Map(
      [authorizationCode, refreshToken, clientCredentials].map((grant) => [grant.name, grant]),
    );
  }

  find(name: string): GrantType | undefined {
    return this.byName.get(name);
  }
}
