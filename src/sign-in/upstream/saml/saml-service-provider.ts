import { Inject, Injectable } from '@nestjs/common';
import type { SAML, SamlConfig } from '@node-saml/node-saml';
import { Clock } from '../../../config/clock.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { LoadedUpstream } from '../definition.js';
import type { UpstreamAnswer } from '../mapping.js';
import {
  type PostedForm,
  type SentRequest,
  UpstreamRefusal,
  type WayToUpstream,
} from '../protocols/protocol.js';
import { assertionProblem } from './assertion-rules.js';
import { validCertificates } from './certificates.js';
import type { Assertion } from './assertion.js';
import { badAnswer } from './bad-answer.js';
import { answerOf } from './saml-answer.js';
import { toleranceSeconds } from './saml-limits.js';
import { SamlKeys } from './saml-keys.js';
import { nameIdFormatUris, namesAt } from './saml-names.js';

/** An answer to no request. */
export interface UnsolicitedAnswer {
  readonly answer: UpstreamAnswer;
  readonly assertionId: string;
  /** Until when its assertion could be accepted, in seconds since the epoch. */
  readonly lastUse: number;
}

/** The ID of a request: a name of XML, which must not begin with a digit. */
const requestIdOf = ({ nonce }: SentRequest): string => `_${nonce}`;

/** This server as a service provider of SAML 2.0. The library is loaded when the first upstream of this kind is used. */
@Injectable()
export class SamlServiceProvider {
  constructor(
    private readonly keys: SamlKeys,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** How the browser brings an AuthnRequest: by the HTTP-Redirect or the HTTP-POST binding (SAML bindings §3.4, §3.5). */
  async request(upstream: LoadedUpstream, request: SentRequest, isFresh: boolean): Promise<WayToUpstream> {
    const isPosted = upstream.sso_binding === 'post';
    const { privateKey } = await this.keys.get();
    const saml = await this.saml(upstream, {
      idpCert: [...(upstream.certificates ?? [])],
      privateKey,
      signatureAlgorithm: 'sha256',
      digestAlgorithm: 'sha256',
      skipRequestCompression: isPosted,
      generateUniqueId: () => requestIdOf(request),
      forceAuthn: isFresh,
    });
    if (isPosted) {
      const fields = await saml.getAuthorizeMessageAsync(request.state, undefined, {});
      return { action: upstream.sso_url ?? '', fields: fields as PostedForm['fields'] };
    }
    return new URL(await saml.getAuthorizeUrlAsync(request.state, undefined, {}));
  }

  /**
   * Who it is, from a response by the HTTP-POST binding. Its form is checked, then its signature; then the bytes that were signed are
   * read, and nothing else.
   * @param encoded base64
   * @throws UpstreamRefusal
   */
  async receive(upstream: LoadedUpstream, request: SentRequest, encoded: string): Promise<UpstreamAnswer> {
    return (await this.accept(upstream, encoded, requestIdOf(request))).answer;
  }

  /**
   * Who it is, from a response that the upstream has sent of its own accord, checked as any other. It is not used up.
   * @param encoded base64
   * @throws UpstreamRefusal
   */
  async receiveUnsolicited(upstream: LoadedUpstream, encoded: string): Promise<UnsolicitedAnswer> {
    const { answer, assertion } = await this.accept(upstream, encoded, undefined);
    const end = assertion.confirmation.notOnOrAfter ?? 0;
    return { answer, assertionId: assertion.id, lastUse: end + toleranceSeconds + 1 };
  }

  private async accept(
    upstream: LoadedUpstream,
    encoded: string,
    requestId: string | undefined,
  ): Promise<{ readonly answer: UpstreamAnswer; readonly assertion: Assertion }> {
    const now = this.clock.now();
    const { privateKey } = await this.keys.get();
    const { entityId, consumer } = namesAt(upstream, this.settings.issuer);
    const issuer = upstream.idp_entity_id ?? '';
    const expected = {
      issuer,
      audience: entityId,
      recipient: consumer,
      requestId,
      wantsAssertionSigned: upstream.want_assertions_signed ?? true,
      privateKey,
      allowsSha1: upstream.allow_sha1 ?? false,
    };
    const [{ checkResponse }, { readAssertion }] = await Promise.all([
      import('./response-form.js'),
      import('./assertion.js'),
    ]);
    await checkResponse(Buffer.from(encoded, 'base64').toString('utf8'), expected);
    const idpCert = validCertificates(upstream, now);
    const assertion = readAssertion(
      await this.signedAssertion(upstream, { idpCert, decryptionPvk: privateKey }, encoded),
    );
    const problem = assertionProblem(assertion, expected, now);
    if (problem !== undefined) throw badAnswer(problem);
    const asked = upstream.name_id_format ?? 'persistent';
    const answer = answerOf(upstream, assertion, { idp: issuer, sp: entityId, asked }, now);
    if (upstream.subject_claim === 'sub') this.requireName(upstream, assertion);
    return { answer, assertion };
  }

  /**
   * The same text means somebody else in another format, or where it is another one's name.
   * @throws UpstreamRefusal bad_answer
   */
  private requireName(
    upstream: LoadedUpstream,
    { name: { format: given, nameQualifier, spNameQualifier } }: Assertion,
  ): void {
    const format = nameIdFormatUris[upstream.name_id_format ?? 'persistent'];
    if (format !== undefined && given !== format)
      throw badAnswer(`the NameID has the format ${given ?? 'unspecified'}, asked for was ${format}`);
    if (nameQualifier !== undefined && nameQualifier !== upstream.idp_entity_id)
      throw badAnswer(`the NameID is one of ${nameQualifier}`);
    if (spNameQualifier !== undefined && spNameQualifier !== namesAt(upstream, this.settings.issuer).entityId)
      throw badAnswer(`the NameID is one for ${spNameQualifier}`);
  }

  /** The metadata of this server for an upstream (SAML metadata §2.4.4). */
  async metadata(upstream: LoadedUpstream): Promise<string> {
    const { generateServiceProviderMetadata } = await import('@node-saml/node-saml');
    const { certificate, privateKey } = await this.keys.get();
    const { entityId, consumer, logoutService } = namesAt(upstream, this.settings.issuer);
    const document = generateServiceProviderMetadata({
      privateKey,
      publicCerts: certificate,
      decryptionPvk: privateKey,
      decryptionCert: certificate,
      issuer: entityId,
      callbackUrl: consumer,
      logoutCallbackUrl: logoutService,
      identifierFormat: nameIdFormatUris[upstream.name_id_format ?? 'persistent'] ?? null,
      wantAssertionsSigned: upstream.want_assertions_signed ?? true,
    });
    // The library names one binding; both are served.
    return document.replace(
      /<SingleLogoutService [^<>]*>/,
      (one) => one.replace('HTTP-POST', 'HTTP-Redirect') + one,
    );
  }

  /** The assertion as it was signed. Times and addressees are not the matter of the library: they are checked here, by our clock. */
  private async signedAssertion(
    upstream: LoadedUpstream,
    options: Pick<SamlConfig, 'idpCert' | 'decryptionPvk'>,
    encoded: string,
  ): Promise<string> {
    const saml = await this.saml(upstream, options);
    try {
      const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: encoded });
      const xml = profile?.getAssertionXml?.();
      if (xml === undefined) throw badAnswer('there is no assertion');
      return xml;
    } catch (error) {
      if (error instanceof UpstreamRefusal) throw error;
      throw badAnswer(error instanceof Error ? error.message : String(error));
    }
  }

  private async saml(
    upstream: LoadedUpstream,
    options: Pick<SamlConfig, 'idpCert'> & Partial<SamlConfig>,
  ): Promise<SAML> {
    const { SAML, ValidateInResponseTo } = await import('@node-saml/node-saml');
    const { entityId, consumer } = namesAt(upstream, this.settings.issuer);
    return new SAML({
      issuer: entityId,
      callbackUrl: consumer,
      entryPoint: upstream.sso_url ?? '',
      identifierFormat: nameIdFormatUris[upstream.name_id_format ?? 'persistent'] ?? null,
      disableRequestedAuthnContext: true,
      wantAssertionsSigned: upstream.want_assertions_signed ?? true,
      wantAuthnResponseSigned: false,
      audience: false,
      acceptedClockSkewMs: -1,
      validateInResponseTo: ValidateInResponseTo.never,
      ...options,
    });
  }
}
