import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as samlify from 'samlify';
import { type SamlKey, samlKey } from './saml-idp.js';

const { binding, format, statusCode } = samlify.Constants.namespace;

/** The template of samlify has no authentication statement, which the profile requires (SAML profiles §4.1.4.2). */
const template = samlify.SamlLib.defaultLoginResponseTemplate.context
  .replace(
    '{AuthnStatement}',
    '<saml:AuthnStatement AuthnInstant="{IssueInstant}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>',
  )
  .replace('{AttributeStatement}', '');

/**
 * An identity provider by samlify on `localhost`, which is another site than 127.0.0.1. It wants signed requests, and signs in everybody as
 * the same person: `/sso` answers with a page that posts the response.
 */
export class SamlifyProvider {
  readonly entityId: string;
  readonly ssoUrl: string;
  /** The metadata of the service provider. */
  serviceProvider = '';
  email = 'nils@acme.example';

  private constructor(
    private readonly server: Server,
    readonly key: SamlKey,
  ) {
    const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    this.entityId = `${origin}/metadata`;
    this.ssoUrl = `${origin}/sso`;
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', origin);
      if (url.pathname !== '/sso') response.writeHead(404).end();
      else
        this.signIn(url.searchParams, response).catch((error: unknown) => {
          response.writeHead(400).end(String(error));
        });
    });
  }

  static async start(): Promise<SamlifyProvider> {
    samlify.setSchemaValidator({ validate: async () => 'not looked at' });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SamlifyProvider(server, await samlKey());
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async signIn(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const idp = samlify.IdentityProvider({
      entityID: this.entityId,
      privateKey: this.key.key,
      signingCert: this.key.certificate,
      wantAuthnRequestsSigned: true,
      loginResponseTemplate: { context: template, attributes: [] },
      requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      nameIDFormat: [format.persistent],
      singleLogoutService: [{ Binding: binding.redirect, Location: this.ssoUrl }],
      singleSignOnService: [{ Binding: binding.redirect, Location: this.ssoUrl }],
    });
    const sp = samlify.ServiceProvider({ metadata: this.serviceProvider });
    const octetString = ['SAMLRequest', 'RelayState', 'SigAlg']
      .map((name) => `${name}=${encodeURIComponent(query.get(name) ?? '')}`)
      .join('&');
    const requestInfo = await idp.parseLoginRequest(sp, 'redirect', {
      query: Object.fromEntries(query),
      octetString,
    });
    const acs = sp.entityMeta.getAssertionConsumerService('post') as string;
    const time = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
    const made = await idp.createLoginResponse(sp, requestInfo as never, 'post', {}, (xml: string) => ({
      id: '_response',
      context: samlify.SamlLib.replaceTagsByValue(xml, {
        ID: '_response',
        AssertionID: '_assertion',
        Destination: acs,
        Audience: sp.entityMeta.getEntityID(),
        SubjectRecipient: acs,
        Issuer: this.entityId,
        IssueInstant: time(0),
        StatusCode: statusCode.success,
        ConditionsNotBefore: time(0),
        ConditionsNotOnOrAfter: time(300),
        SubjectConfirmationDataNotOnOrAfter: time(300),
        NameIDFormat: format.persistent,
        NameID: this.email,
        InResponseTo: (requestInfo.extract.request as unknown as { id: string }).id,
      }),
    }));
    response.writeHead(200, { 'content-type': 'text/html' }).end(
      `<form method="post" action="${acs}">
         <input type="hidden" name="SAMLResponse" value="${made.context}">
         <input type="hidden" name="RelayState" value="${query.get('RelayState') ?? ''}">
       </form><script>document.forms[0].submit()</script>`,
    );
  }
}
