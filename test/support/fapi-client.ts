import { randomBytes, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Registration } from '../../src/clients/client-registration.js';
import { jwtBearerAssertion } from '../../src/protocol/client-assertion.js';
import { claimsOf, keyPair, type KeyPair } from './assertions.js';
import { requestFields, verifier } from './authorization-requests.js';
import { responseOf, type Shown, TestBrowser } from './browser.js';
import { proof, type ProofChanges, type ProofKey, proofKey as newProofKey } from './dpop-proofs.js';
import { type Answer, encode, type Fields, post } from './relying-party.js';
import { requestObjectType } from './request-objects.js';
import { messageWriter, type TestServer } from './server.js';
import { walk } from './walk.js';

/** What is to differ in one request; the rest is as the profile has it. */
export interface Differing {
  readonly fields?: Fields;
  /** Claims of the client assertion; undefined leaves one out. */
  readonly assertion?: Record<string, unknown>;
  /** With what the assertion is signed. */
  readonly keys?: KeyPair;
  /** Changes of the DPoP proof; null sends none. */
  readonly dpop?: ProofChanges | null;
  readonly provenBy?: ProofKey;
}

/** A client that keeps to FAPI 2.0 by private_key_jwt and DPoP, on the wire. */
export class FapiClient {
  readonly browser: TestBrowser;

  private constructor(
    readonly server: TestServer,
    readonly clientId: string,
    /** ES256 */
    readonly keys: KeyPair,
    /** RS256, registered too, but without its algorithm: the profile alone keeps it out. */
    readonly rsa: KeyPair,
    readonly proofKey: ProofKey,
  ) {
    this.browser = new TestBrowser(server.issuer);
  }

  static async register(server: TestServer, registration: Registration = {}): Promise<FapiClient> {
    const keys = await keyPair('ES256', 'ec');
    const rsa = await keyPair('RS256', 'rsa');
    const { alg: _alg, ...rsaJwk } = rsa.publicJwk;
    const { clientId } = await server.register({
      ...messageWriter,
      client_id: `fapi-${randomBytes(6).toString('hex')}`,
      eyrie_profile: 'fapi2',
      jwks: { keys: [keys.publicJwk, rsaJwk] },
      ...registration,
    });
    return new FapiClient(server, clientId, keys, rsa, await newProofKey());
  }

  /** An assertion of this client (RFC 7523 §2.2). */
  async assertion(
    claims: Record<string, unknown> = {},
    { privateKey, publicJwk } = this.keys,
  ): Promise<string> {
    const { alg = 'ES256', kid } = publicJwk;
    return new SignJWT(claimsOf(this.server, this.clientId, claims))
      .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
      .sign(privateKey);
  }

  async send(
    path: string,
    fields: Fields,
    { assertion, keys, dpop, provenBy }: Differing = {},
  ): Promise<Answer> {
    const headers: Record<string, string> =
      dpop === null ? {} : { dpop: await proof(this.server, provenBy ?? this.proofKey, dpop ?? {}, path) };
    const authentication = {
      client_assertion_type: jwtBearerAssertion,
      client_assertion: await this.assertion(assertion, keys),
    };
    return post(this.server, path, { ...authentication, ...fields }, headers);
  }

  /** Pushes a request (RFC 9126). */
  push({ fields = {}, ...differing }: Differing = {}): Promise<Answer> {
    const scope = 'openid profile offline_access contacts.read';
    return this.send('/par', requestFields({ client_id: this.clientId, scope, ...fields }), differing);
  }

  /** Pushes a signed request object (RFC 9101). */
  async pushSigned(
    claims: Record<string, unknown> = {},
    by: KeyPair = this.keys,
    differing: Differing = {},
  ): Promise<Answer> {
    const now = this.server.clock.now();
    const { alg = 'ES256', kid = 'ec' } = by.publicJwk;
    const request = await new SignJWT({
      ...requestFields({ client_id: this.clientId, response_mode: 'jwt' }),
      iss: this.clientId,
      aud: this.server.issuer,
      nbf: now,
      iat: now,
      exp: now + 60,
      jti: randomUUID(),
      ...claims,
    })
      .setProtectedHeader({ alg, kid, typ: requestObjectType })
      .sign(by.privateKey);
    return this.send('/par', { client_id: this.clientId, request }, differing);
  }

  /** Takes a pushed request to the authorization endpoint, and walks Alice through the pages. */
  walk(pushed: Answer, beside: Fields = {}): Promise<Shown> {
    return walk(
      this.browser,
      `/authorize?${encode({ client_id: this.clientId, request_uri: pushed.body.request_uri as string, ...beside })}`,
    );
  }

  /** The whole way to a code. */
  async code(differing: Differing = {}): Promise<string> {
    const page = await this.walk(await this.push(differing));
    const code = responseOf(page).get('code');
    if (code === null) throw new Error(`no code at ${page.url} (${page.status}): ${page.html.slice(0, 500)}`);
    return code;
  }

  redeem(code: string, { fields = {}, ...differing }: Differing = {}): Promise<Answer> {
    const [redirectUri] = messageWriter.redirect_uris;
    const request = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    };
    return this.send('/token', { ...request, ...fields }, differing);
  }

  refresh(refreshToken: string, { fields = {}, ...differing }: Differing = {}): Promise<Answer> {
    return this.send(
      '/token',
      { grant_type: 'refresh_token', refresh_token: refreshToken, ...fields },
      differing,
    );
  }

  /** The whole flow, which must succeed. */
  async tokens(): Promise<Answer['body']> {
    const answer = await this.redeem(await this.code());
    if (answer.status !== 200) throw new Error(`no tokens (${answer.status}): ${answer.text}`);
    return answer.body;
  }
}
