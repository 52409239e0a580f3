import { Inject, Injectable, type Provider, type Type } from '@nestjs/common';
import type { TokenGrantType } from '../../protocol/client-metadata.js';
import { AuthorizationCodeGrant } from './authorization-code.js';
import { BackchannelGrant } from './backchannel.js';
import { ClientCredentialsGrant } from './client-credentials.js';
import { DeviceCodeGrant } from './device-code.js';
import type { GrantType } from './grant-type.js';
import { JwtBearerGrant } from './jwt-bearer.js';
import { RefreshTokenGrant } from './refresh-token.js';
import { TokenExchangeGrant } from './token-exchange.js';

/** A class for each grant type that clients may register for the token endpoint, under its name. */
type GrantTypeClasses = { readonly [Name in TokenGrantType]: Type<GrantType & { readonly name: Name }> };

/**
 * Every grant type of the token endpoint. A new one needs a file, a line here, and its name in `protocol/client-metadata/`. If one of
 * them is missing, the code does not compile.
 */
const grantTypes: GrantTypeClasses = {
  authorization_code: AuthorizationCodeGrant,
  refresh_token: RefreshTokenGrant,
  client_credentials: ClientCredentialsGrant,
  'urn:ietf:params:oauth:grant-type:device_code': DeviceCodeGrant,
  'urn:ietf:params:oauth:grant-type:token-exchange': TokenExchangeGrant,
  'urn:ietf:params:oauth:grant-type:jwt-bearer': JwtBearerGrant,
  'urn:openid:params:grant-type:ciba': BackchannelGrant,
};
const classes: readonly Type<GrantType>[] = Object.values(grantTypes);

const GRANT_TYPES = Symbol('grant types');

export const grantTypeProviders: Provider[] = [
  ...classes,
  {
    provide: GRANT_TYPES,
    inject: [...classes],
    useFactory: (...instances: GrantType[]) => instances,
  },
];

/** The grant types of the token endpoint, by name. */
@Injectable()
export class GrantTypes {
  private readonly byName: ReadonlyMap<string, GrantType>;
  readonly names: readonly TokenGrantType[];

  constructor(@Inject(GRANT_TYPES) all: readonly GrantType[]) {
    this.byName = new Map(all.map((grantType) => [grantType.name, grantType]));
    this.names = all.map(({ name }) => name);
  }

  find(name: string): GrantType | undefined {
    return this.byName.get(name);
  }
}
