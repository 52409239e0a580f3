import { Inject, Injectable, type Provider, type Type } from '@nestjs/common';
import { ClientAssertion } from './client-assertion.js';
import { UpstreamConfigurations } from './configurations.js';
import { OAuth2Protocol } from './oauth2.js';
import { OidcProtocol } from './oidc.js';
import type { UpstreamProtocol } from './protocol.js';
import { SamlLogout } from '../saml/saml-logout.js';
import { SamlKeys } from '../saml/saml-keys.js';
import { SamlServiceProvider } from '../saml/saml-service-provider.js';
import { SamlProtocol } from './saml.js';

/** Every protocol by which a browser goes to an upstream and comes back. Another one is its file and its line here. */
const classes: readonly Type<UpstreamProtocol>[] = [OidcProtocol, OAuth2Protocol, SamlProtocol];

const PROTOCOLS = Symbol('upstream protocols');

/** The protocols of upstreams. */
@Injectable()
export class UpstreamProtocols {
  constructor(@Inject(PROTOCOLS) private readonly all: readonly UpstreamProtocol[]) {}

  /** @throws Error if there is none of this name */
  named(name: string): UpstreamProtocol {
    const found = this.all.find((protocol) => protocol.name === name);
    if (!found) throw new Error(`there is no upstream protocol ${name}`);
    return found;
  }
}

export const protocolProviders: Provider[] = [
  ...classes,
  { provide: PROTOCOLS, inject: [...classes], useFactory: (...all: UpstreamProtocol[]) => all },
  UpstreamProtocols,
  UpstreamConfigurations,
  ClientAssertion,
  SamlServiceProvider,
  SamlLogout,
  SamlKeys,
];
