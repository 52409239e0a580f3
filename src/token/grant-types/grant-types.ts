import { Injectable } from '@nestjs/common';
import { AuthorizationCodeGrant } from './authorization-code.js';
import { ClientCredentialsGrant } from './client-credentials.js';
import { DeviceCodeGrant } from './device-code.js';
import type { GrantType } from './grant-type.js';
import { RefreshTokenGrant } from './refresh-token.js';

/** Every grant type that the token endpoint knows. */
export const grantTypeProviders = [
  AuthorizationCodeGrant,
  RefreshTokenGrant,
  ClientCredentialsGrant,
  DeviceCodeGrant,
];

@Injectable()
export class GrantTypes {
  private readonly byName: ReadonlyMap<string, GrantType>;

  constructor(
    authorizationCode: AuthorizationCodeGrant,
    refreshToken: RefreshTokenGrant,
    clientCredentials: ClientCredentialsGrant,
    deviceCode: DeviceCodeGrant,
  ) {
    this.byName = new Map(
      [authorizationCode, refreshToken, clientCredentials, deviceCode].map((grant) => [grant.name, grant]),
    );
  }

  find(name: string): GrantType | undefined {
    return this.byName.get(name);
  }
}
