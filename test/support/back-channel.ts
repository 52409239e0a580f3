import type { Registration } from '../../src/clients/client-registration.js';
import { SignJWT } from 'jose';
import { jwtBearerAssertion } from '../../src/protocol/client-assertion.js';
import { claimsOf, keyPair, type KeyPair } from './assertions.js';
import type { TestBrowser } from './browser.js';
import { proofKey, type ProofKey } from './dpop-proofs.js';
import { expectExplained } from './kept-errors.js';
import { type KeyHost, startKeyHost } from './key-host.js';
import { type Answer, basic, type Fields, post, RelyingParty, request } from './relying-party.js';
import { alice, startServer, type TestServer } from './server.js';
import { expectRefused, expectUntouched, refusal, type Refused, Rows } from './untouched.js';
import { signedInBrowser } from './walk.js';

export const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';

/** What refusals must leave as it is. */
export interface Issued {
  readonly code: string;
  readonly verifier: string;
  readonly access: string;
  readonly refresh: string;
  readonly idToken: string;
  /** An access token without openid. */
  readonly narrow: string;
}

/** A request that is refused, and how. */
export type RefusedRequest = readonly [
  condition: string,
  send: (issued: Issued) => Promise<Answer>,
  refused: Refused,
];

export const invalidRequest = refusal(400, 'invalid_request');
export const invalidGrant = refusal(400, 'invalid_grant');
export const invalidScope = refusal(400, 'invalid_scope');
export const invalidTarget = refusal(400, 'invalid_target');
export const invalidProof = refusal(400, 'invalid_dpop_proof');
export const unauthorized = refusal(400, 'unauthorized_client');
export const invalidClient = refusal(401, 'invalid_client');
/** The client tried Basic authentication or none. */
export const unproven = refusal(401, 'invalid_client', 'Basic realm=');

/** A server, and clients of every kind that talk to its back channel. */
export class BackChannel {
  server!: TestServer;
  host!: KeyHost;
  /** May use codes and refresh tokens. */
  client!: RelyingParty;
  other!: RelyingParty;
  /** A public client. */
  app!: RelyingParty;
  /** May use client_credentials only. */
  machine!: RelyingParty;
  /** Authenticates by assertions, signed with `keys`. */
  signer!: RelyingParty;
  /** Must send DPoP proofs. */
  bound!: RelyingParty;
  device!: RelyingParty;
  /** A device code that was issued to `device`. */
  deviceCode!: string;
  keys!: KeyPair;
  /** A key for DPoP proofs. */
  key!: ProofKey;
  private browser!: TestBrowser;

  async start(): Promise<void> {
    this.host = await startKeyHost();
    this.server = await startServer({ EYRIE_OUTBOUND_ALLOW: this.host.host, EYRIE_REQUEST_URI: 'any' });
    await this.server.createUser(alice);
    this.browser = await signedInBrowser(this.server);
    this.keys = await keyPair('ES256', 'one');
    this.key = await proofKey();
    const withCode = ['authorization_code', 'refresh_token'];
    this.client = await this.register({ grant_types: withCode });
    this.other = await this.register({ grant_types: [...withCode, 'client_credentials'] });
    this.app = await this.register({ token_endpoint_auth_method: 'none' });
    this.machine = await this.register({ grant_types: ['client_credentials'], scope: 'contacts.read' });
    this.signer = await this.register({
      token_endpoint_auth_method: 'private_key_jwt',
      grant_types: ['authorization_code', 'client_credentials'],
      jwks: { keys: [this.keys.publicJwk] },
    });
    this.bound = await this.register({ dpop_bound_access_tokens: true, grant_types: ['client_credentials'] });
    this.device = await this.register({ grant_types: [deviceCode], redirect_uris: [] });
    const { body } = await this.device.authenticated('/device_authorization', { scope: 'openid' });
    this.deviceCode = String(body.device_code);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.host.stop();
  }

  /** A post of `client` with that body as it is. */
  raw(path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
    return request(this.server, path, {
      method: 'POST',
      body,
      headers: { authorization: basic(this.client.clientId, this.client.secret), ...headers },
    });
  }

  withHeader(path: string, authorization: string, fields: Fields = {}): Promise<Answer> {
    return post(this.server, path, fields, { authorization });
  }

  /** A post of `machine` with that DPoP proof. */
  withProof(path: string, fields: Fields, dpop: string): Promise<Answer> {
    const authorization = basic(this.machine.clientId, this.machine.secret);
    return post(this.server, path, fields, { authorization, dpop });
  }

  /** A post of `signer` with an assertion that differs in some claims. */
  async asserted(path: string, changes: object, fields: Fields = {}, by = this.keys): Promise<Answer> {
    const claims = { ...claimsOf(this.server, this.signer.clientId), ...changes };
    const client_assertion = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(by.privateKey);
    const assertion = { client_assertion_type: jwtBearerAssertion, client_assertion };
    return post(this.server, path, { ...assertion, ...fields });
  }

  /** A code and tokens that nobody has used yet. */
  async issue(): Promise<Issued> {
    const { code, verifier } = await this.client.authorize();
    const tokens = await this.client.tokens();
    return {
      code,
      verifier,
      access: tokens.access_token,
      refresh: tokens.refresh_token,
      idToken: tokens.id_token,
      narrow: (await this.machine.token({ grant_type: 'client_credentials' })).body.access_token,
    };
  }

  private register(registration: Registration): Promise<RelyingParty> {
    return RelyingParty.register(this.server, registration, this.browser);
  }
}

/** Tests that each request is refused as its row says, is explained to the administrator, and changes nothing. */
export function describeRefusals(
  endpoint: string,
  parties: BackChannel,
  requests: readonly RefusedRequest[],
): void {
  describe(endpoint, () => {
    let issued: Issued;
    let rows: Rows;

    beforeAll(async () => {
      // In a minute of its own: no more than sixty errors a minute are kept.
      parties.server.clock.advance(60);
      issued = await parties.issue();
      rows = new Rows(parties.server);
      await rows.look();
    });

    it.each(requests)(`${endpoint} refuses %s, and changes nothing`, async (_condition, send, refused) => {
      const answer = await send(issued);

      expectRefused(answer, refused);
      await expectExplained(parties.server, answer, refused);
      await expectUntouched(rows);
      expect(parties.host.requests).toBe(0);
    });

    it(`after all refusals of ${endpoint} the tokens and the session are still good`, async () => {
      expect((await parties.client.introspect(issued.access)).body.active).toBe(true);
      expect((await parties.client.refresh(issued.refresh)).status).toBe(200);
      await expect(parties.client.authorize({ prompt: 'none' })).resolves.toHaveProperty('code');
    });
  });
}
