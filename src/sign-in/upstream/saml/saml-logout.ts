import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../../config/clock.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { generateOpaqueToken } from '../../../crypto/opaque-token.js';
import type { LoadedUpstream } from '../definition.js';
import type { WayToUpstream } from '../protocols/protocol.js';
import { validCertificates } from './certificates.js';
import type { ExpectedLogout, SamlLogoutRequest } from './logout-messages.js';
import type { WrittenMessage } from './logout-xml.js';
import { type NameId, nameKeyOf } from './name-key.js';
import type { MessageName } from './redirect-binding.js';
import { SamlKeys } from './saml-keys.js';
import { namesAt } from './saml-names.js';

/** A message as a browser has brought it. */
export interface BroughtMessage {
  readonly name: MessageName;
  /** The query as it was sent, or the message of a form in base64. */
  readonly from: { readonly query: string } | { readonly encoded: string };
}

/** What the end of a session there is told by: whom it names, and whom the requests of the upstream name. */
export interface SamlSession {
  readonly name: NameId;
  readonly sessionIndex?: string | undefined;
}

/** Reads and writes the messages of single logout (SAML profiles §4.4). All are signed. */
@Injectable()
export class SamlLogout {
  constructor(
    private readonly keys: SamlKeys,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * A request of the upstream. Its ID is not used up yet.
   * @throws UpstreamRefusal bad_answer
   */
  async readRequest(upstream: LoadedUpstream, message: BroughtMessage): Promise<SamlLogoutRequest> {
    const { readLogoutRequest } = await import('./logout-messages.js');
    const root = await this.verified(upstream, message);
    const { privateKey } = await this.keys.get();
    return readLogoutRequest(root, this.expected(upstream), privateKey, this.clock.now());
  }

  /** Whom a request means, as a session that began there is named here. */
  nameKey(upstream: LoadedUpstream, { name }: SamlLogoutRequest): string {
    const { entityId } = namesAt(upstream, this.settings.issuer);
    const asked = upstream.name_id_format ?? 'persistent';
    return nameKeyOf(name, { idp: upstream.idp_entity_id ?? '', sp: entityId, asked });
  }

  /**
   * Checks the response to a request of this server.
   * @throws UpstreamRefusal bad_answer also if the session there has not ended
   */
  async checkResponse(upstream: LoadedUpstream, message: BroughtMessage, requestId: string): Promise<void> {
    const { checkLogoutResponse } = await import('./logout-messages.js');
    checkLogoutResponse(await this.verified(upstream, message), this.expected(upstream), requestId);
  }

  /** Where the answer to a request of the upstream goes. */
  async response(
    upstream: LoadedUpstream,
    { id }: SamlLogoutRequest,
    relayState: string | undefined,
  ): Promise<WayToUpstream> {
    const { logoutResponseXml } = await import('./logout-xml.js');
    const destination = upstream.slo_response_url ?? upstream.slo_url ?? '';
    const xml = logoutResponseXml(this.written(upstream, destination, `_${generateOpaqueToken()}`), id);
    return this.sent(upstream, destination, { name: 'SAMLResponse', xml, relayState });
  }

  /** Where a person goes whose session there is to end. */
  async request(
    upstream: LoadedUpstream,
    { name, sessionIndex }: SamlSession,
    { id, relayState }: { readonly id: string; readonly relayState: string },
  ): Promise<WayToUpstream> {
    const { logoutRequestXml } = await import('./logout-xml.js');
    const destination = upstream.slo_url ?? '';
    const xml = logoutRequestXml(this.written(upstream, destination, id), name, sessionIndex);
    return this.sent(upstream, destination, { name: 'SAMLRequest', xml, relayState });
  }

  private async verified(upstream: LoadedUpstream, { name, from }: BroughtMessage): Promise<Element> {
    const certificates = validCertificates(upstream, this.clock.now());
    const allowsSha1 = upstream.allow_sha1 ?? false;
    if ('encoded' in from) {
      const { verifiedMessage } = await import('./xml-signature.js');
      return verifiedMessage(Buffer.from(from.encoded, 'base64').toString('utf8'), certificates, allowsSha1);
    }
    const [{ readQuery, checkQuerySignature }, { parseDocument }] = await Promise.all([
      import('./redirect-binding.js'),
      import('./saml-xml.js'),
    ]);
    const message = readQuery(from.query, name);
    checkQuerySignature(message, certificates, allowsSha1);
    return parseDocument(message.xml);
  }

  private expected(upstream: LoadedUpstream): ExpectedLogout {
    const { logoutService } = namesAt(upstream, this.settings.issuer);
    return { issuer: upstream.idp_entity_id ?? '', destination: logoutService };
  }

  private written(upstream: LoadedUpstream, destination: string, id: string): WrittenMessage {
    const { entityId: issuer } = namesAt(upstream, this.settings.issuer);
    return { id, issuer, destination, now: this.clock.now() };
  }

  private async sent(
    upstream: LoadedUpstream,
    destination: string,
    message: { readonly name: MessageName; readonly xml: string; readonly relayState: string | undefined },
  ): Promise<WayToUpstream> {
    const key = await this.keys.get();
    if (upstream.slo_binding !== 'post') {
      const { redirectUrl } = await import('./redirect-binding.js');
      return redirectUrl(destination, message, key.privateKey);
    }
    const { signedMessage } = await import('./xml-signature.js');
    const { name, xml, relayState } = message;
    const encoded = Buffer.from(signedMessage(xml, key)).toString('base64');
    return {
      action: destination,
      fields: { [name]: encoded, ...(relayState === undefined ? {} : { RelayState: relayState }) },
    };
  }
}
