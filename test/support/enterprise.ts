import { AssertionPolicyRegistration } from '../../src/clients/assertion-policies/assertion-policy-registration.js';
import type { PutAssertionPolicyDto } from '../../src/clients/assertion-policies/assertion-policies.dto.js';
import { TrustedIssuerRegistration } from '../../src/clients/trusted-issuers/trusted-issuer-registration.js';
import type { PutTrustedIssuerDto } from '../../src/clients/trusted-issuers/trusted-issuers.dto.js';
import type { TestBrowser } from './browser.js';
import { type Answer, type Fields, RelyingParty } from './relying-party.js';
import { alice, freePort, startServer, type TestServer } from './server.js';

export const exchangeGrantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const bearerGrantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const idJag = 'urn:ietf:params:oauth:token-type:id-jag';
export const tokenType = (name: string): string => `urn:ietf:params:oauth:token-type:${name}`;

/** Two Eyries: that of a company, where its people sign in, and that of a chat service, which trusts the company for its people. */
export class Enterprise {
  private constructor(
    readonly company: TestServer,
    readonly chat: TestServer,
  ) {}

  static async start(): Promise<Enterprise> {
    const port = String(await freePort());
    const host = `127.0.0.1:${port}`;
    const chat = await startServer({ EYRIE_OUTBOUND_ALLOW: host });
    // Passport has one strategy in a process, that of the server that started last: people sign in there.
    const company = await startServer({ PORT: port, EYRIE_ISSUER: `http://${host}` });
    return new Enterprise(company, chat);
  }

  async stop(): Promise<void> {
    await Promise.all([this.company.stop(), this.chat.stop()]);
  }

  /** Has the chat trust assertions of the company for a client of the chat. */
  async trust(clientId: string, members: Partial<PutTrustedIssuerDto> = {}): Promise<void> {
    await this.chat.app.get(TrustedIssuerRegistration).put(
      {
        name: `company-${clientId}`.toLowerCase(),
        kind: 'id-jag',
        issuer: this.company.issuer,
        jwks_uri: `${this.company.issuer}/jwks`,
        trusted_email_domains: ['example.com'],
        clients: [clientId],
        scope: 'contacts.read contacts.write',
        ...members,
      },
      'test',
    );
  }

  /** Has the company vouch for one of its clients at the chat. */
  async vouch(clientId: string, members: Partial<PutAssertionPolicyDto> = {}): Promise<void> {
    await this.company.app.get(AssertionPolicyRegistration).put(
      {
        name: `policy-${clientId}`.toLowerCase(),
        client_id: clientId,
        audience: this.chat.issuer,
        everyone: true,
        scope: 'contacts.read',
        include_email: true,
        ...members,
      },
      'test',
    );
  }
}

/** A client at the company that may exchange tokens. */
export const companyClient = (
  server: TestServer,
  registration: object = {},
  browser?: TestBrowser,
): Promise<RelyingParty> =>
  RelyingParty.register(
    server,
    {
      grant_types: ['authorization_code', 'refresh_token', exchangeGrantType],
      scope: 'openid email offline_access',
      ...registration,
    },
    browser,
  );

/** A client at the chat that presents assertions. */
export const chatClient = (server: TestServer, registration: object = {}): Promise<RelyingParty> =>
  RelyingParty.register(server, {
    grant_types: [bearerGrantType],
    redirect_uris: [],
    scope: 'contacts.read contacts.write',
    ...registration,
  });

/** Asks for an assertion with an ID token. */
export const askAssertion = (
  party: RelyingParty,
  audience: string,
  subjectToken: string,
  fields: Fields = {},
): Promise<Answer> =>
  party.token({
    grant_type: exchangeGrantType,
    requested_token_type: idJag,
    subject_token: subjectToken,
    subject_token_type: tokenType('id_token'),
    audience,
    ...fields,
  });

/** Alice at both servers, her address verified. */
export const aliceOfCompany = { ...alice, email_verified: true };
