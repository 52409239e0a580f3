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

/** Every client authentication method. Another one is its file, its line here, and its name in `protocol/client-metadata.ts`. */
const methods: readonly Type<AuthenticationMethod>[] = [
  ClientSecretBasic,
  ClientSecretPost,
  ClientSecretJwt,
  PrivateKeyJwt,
  TlsClientAuth,
  SelfSignedTlsClientAuth,
  NoAuthentication,
];

const METHODS = Symbol('client authentication methods');

export const authenticationMethodProviders: Provider[] = [
  ...methods,
  {
    provide: METHODS,
    inject: [...methods],
    useFactory: (...instances: AuthenticationMethod[]) => instances,
  },
];

/** The client authentication methods as the settings turn them on. */
@Injectable()
export class AuthenticationMethods {
  /** The names of those that clients may use here (RFC 8414 §2). */
  readonly offered: readonly ClientAuthMethod[];

  constructor(
    @Inject(METHODS) readonly all: readonly AuthenticationMethod[],
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.offered = all.filter((method) => method.isOffered?.(settings) ?? true).map((method) => method.name);
  }
}
