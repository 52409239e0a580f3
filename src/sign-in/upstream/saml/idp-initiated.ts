import { Inject, Injectable } from '@nestjs/common';
import { endpoints } from '../../../config/endpoints.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { lookupHash } from '../../../crypto/opaque-token.js';
import { Database } from '../../../persistence/database.js';
import { UsedJtisStore } from '../../../persistence/stores/used-jtis.store.js';
import { onwardsTo } from '../../sign-in-purposes.js';
import type { LoadedUpstream } from '../definition.js';
import { UpstreamRefusal } from '../protocols/protocol.js';
import { type KeptAnswer, UpstreamRequests } from '../upstream-requests.js';
import { SamlServiceProvider } from './saml-service-provider.js';

/** Sign-ins that begin at the provider, with a response to no request (SAML profiles §4.1.5). */
@Injectable()
export class IdpInitiated {
  constructor(
    private readonly provider: SamlServiceProvider,
    private readonly requests: UpstreamRequests,
    private readonly usedJtis: UsedJtisStore,
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Whether a response answers no request, as it says itself, and comes with the handle of none. What cannot be read is none. */
  async isUnsolicited(upstream: LoadedUpstream, relayState: string, encoded: string): Promise<boolean> {
    const [{ attributeOf, isNamed, parseDocument }, isKnown] = await Promise.all([
      import('./saml-xml.js'),
      this.requests.isKnown(relayState, upstream),
    ]);
    if (isKnown) return false;
    try {
      const root = parseDocument(Buffer.from(encoded, 'base64').toString('utf8'));
      return isNamed(root, 'protocol', 'Response') && attributeOf(root, 'InResponseTo') === undefined;
    } catch (error) {
      if (error instanceof UpstreamRefusal) return false;
      throw error;
    }
  }

  /**
   * Keeps a verified response for the browser that brought it. Its assertion counts once, on all replicas.
   * @throws UpstreamRefusal unsolicited if the upstream may not begin sign-ins; as for any other response
   */
  async receive(upstream: LoadedUpstream, relayState: string, encoded: string): Promise<KeptAnswer> {
    if (!upstream.allow_idp_initiated)
      throw new UpstreamRefusal(
        'unsolicited',
        'the response answers no request, and allow_idp_initiated is not set',
      );
    const {
      answer: received,
      assertionId,
      lastUse,
    } = await this.provider.receiveUnsolicited(upstream, encoded);
    // "RelayState" is what the provider says; only what an operator has registered is followed.
    const index = upstream.idp_initiated_targets?.indexOf(relayState) ?? -1;
    const purpose = index < 0 ? {} : { to: onwardsTo({ alias: upstream.alias, index }) };
    const redirectUri = `${this.settings.issuer}${endpoints.upstream}/${upstream.alias}/callback`;
    const assertionHash = lookupHash(JSON.stringify(['Assertion', upstream.id, assertionId]));
    const kept = await this.database.write(async (tx) =>
      (await this.usedJtis.use(tx, assertionHash, lastUse))
        ? this.requests.keepUnsolicited(tx, upstream, { redirectUri, purpose, received })
        : undefined,
    );
    if (!kept) throw new UpstreamRefusal('replayed', `the assertion ${assertionId} was used before`);
    return kept;
  }
}
