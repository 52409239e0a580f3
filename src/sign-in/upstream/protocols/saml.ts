import { Injectable } from '@nestjs/common';
import type { LoadedUpstream } from '../definition.js';
import type { UpstreamAnswer } from '../mapping.js';
import { SamlLogout, type SamlSession } from '../saml/saml-logout.js';
import { SamlServiceProvider } from '../saml/saml-service-provider.js';
import {
  type AskedOfUpstream,
  type SentRequest,
  type SentSignOut,
  type UpstreamProtocol,
  UpstreamRefusal,
  type WayToUpstream,
} from './protocol.js';

/** SAML 2.0: the web browser SSO profile, begun here (SAML profiles §4.1). */
@Injectable()
export class SamlProtocol implements UpstreamProtocol {
  readonly name = 'saml';

  constructor(
    private readonly provider: SamlServiceProvider,
    private readonly logout: SamlLogout,
  ) {}

  begin(upstream: LoadedUpstream, request: SentRequest, asked: AskedOfUpstream): Promise<WayToUpstream> {
    // SAML has no max_age: whoever must have signed in lately signs in anew.
    return this.provider.request(upstream, request, asked.fresh || asked.maxAge !== undefined);
  }

  async signOut(
    upstream: LoadedUpstream,
    handle: object,
    { id, state }: SentSignOut,
  ): Promise<WayToUpstream | undefined> {
    if (upstream.slo_url === undefined) return undefined;
    return this.logout.request(upstream, handle as SamlSession, { id, relayState: state });
  }

  /** The response has come by a POST of another site, and was verified there. */
  async finish({ alias }: LoadedUpstream, { received }: SentRequest): Promise<UpstreamAnswer> {
    if (!received) throw new UpstreamRefusal('bad_answer', `no response of ${alias} has come`);
    return received;
  }
}
