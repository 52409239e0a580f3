import { Inject, Injectable, type Provider, type Type } from '@nestjs/common';
import type { GrantTypeName } from '../../protocol/client-metadata.js';
import { AuthorizationCodeGrant } from './authorization-code.js';
import { ClientCredentialsGrant } from './client-credentials.js';
import { DeviceCodeGrant } from './device-code.js';
import type { GrantType } from './grant-type.js';
import { RefreshTokenGrant } from './refresh-token.js';

/** Every grant type of the token endpoint. Another one is its file, its line here, and its name in `protocol/client-metadata.ts`. */
const grantTypes: readonly Type<GrantType>[] = [
  AuthorizationCodeGrant,
  RefreshTokenGrant,
  ClientCredentialsGrant,
  DeviceCodeGrant,
];

const GRANT_TYPES = Symbol('grant types');

export const grantTypeProviders: Provider[] = [
  ...grantTypes,
  {
    provide: GRANT_TYPES,
    inject: [...grantTypes],
    useFactory: (...instances: GrantType[]) => instances,
  },
];

/** The grant types of the token endpoint, by name. */
@Injectable()
export class GrantTypes {
  private readonly byName: ReadonlyMap<string, GrantType>;
  readonly names: readonly GrantTypeName[];

  constructor(@Inject(GRANT_TYPES) all: readonly GrantType[]) {
    this.byName = new Map(all.map((grantType) => [grantType.name, grantType]));
    this.names = all.map(({ name }) => name);
  }

  find(name: string): GrantType | undefined {
    return this.byName.get(name);
  }
}
