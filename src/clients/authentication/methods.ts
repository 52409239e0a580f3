import { Inject, Injectable, type Provider, type Type } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { ClientAuthMethod } from '../../protocol/client-metadata.js';
import { ClientSecretBasic } from './client-secret-basic.js';
import { ClientSecretJwt } from './client-secret-jwt.js';
import { ClientSecretPost } from './client-secret-post.js';
import type { AuthenticationMethod } from './method.js';
import { NoAuthentication } from './none.js';
import { PrivateKeyJwt } from './private-key-jwt.js';
import { SelfSignedTlsClientAuth } from './self-signed-tls-client-auth.js';
import { TlsClientAuth } from './tls-client-auth.js';

/** A class for each method that clients may register, under its name. */
type MethodClasses = {
  readonly [Name in ClientAuthMethod]: Type<AuthenticationMethod & { readonly name: Name }>;
};

/**
 * Every client authentication method. A new one needs a file, a line here, and its name in `protocol/client-metadata/`. If one of
 * them is missing, the code does not compile.
 */
const methods: MethodClasses = {
  client_secret_basic: ClientSecretBasic,
  client_secret_post: ClientSecretPost,
  client_secret_jwt: ClientSecretJwt,
  private_key_jwt: PrivateKeyJwt,
  tls_client_auth: TlsClientAuth,
  self_signed_tls_client_auth: SelfSignedTlsClientAuth,
  none: NoAuthentication,
};
const classes: readonly Type<AuthenticationMethod>[] = Object.values(methods);

const METHODS = Symbol('client authentication methods');

export const authenticationMethodProviders: Provider[] = [
  ...classes,
  {
    provide: METHODS,
    inject: [...classes],
    useFactory: (...instances: AuthenticationMethod[]) => instances,
  },
];

/** The client authentication methods, and those that the settings turn on. */
@Injectable()
export class AuthenticationMethods {
  /** The names of the methods that are turned on (RFC 8414 §2, `token_endpoint_auth_methods_supported`). */
  readonly offered: readonly ClientAuthMethod[];

  constructor(
    @Inject(METHODS) readonly all: readonly AuthenticationMethod[],
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.offered = all.filter((method) => method.isOffered?.(settings) ?? true).map((method) => method.name);
  }
}
