import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import * as openid from 'openid-client';
import type { Registration } from '../../src/clients/client-registration.js';
import { responseOf, TestBrowser } from './browser.js';
import { holdToDescription } from './described-responses.js';
import { alice, messageWriter, type TestServer } from './server.js';
import { walk } from './walk.js';

/** What a back-channel endpoint answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON body; an empty object where there was none. */
  readonly body: Record<string, unknown> & {
    readonly access_token: string;
    readonly refresh_token: string;
    readonly id_token: string;
    readonly scope: string;
    readonly error: string;
  };
}

/** Form fields; undefined leaves one out, a list repeats it. */
export type Fields = Record<string, string | readonly string[] | undefined>;

export interface Authorized {
  readonly code: string;
  readonly verifier: string;
}

export const form = 'application/x-www-form-urlencoded';

/** A client as it talks to the server on the wire, malformed requests included; its user's browser stays signed in. */
export class RelyingParty {
  readonly redirectUri: string;
  private readonly scope: string;
  private readonly method: string;

  private constructor(
    readonly server: TestServer,
    readonly browser: TestBrowser,
    readonly clientId: string,
    readonly secret: string,
    registration: Registration,
    private readonly key?: CryptoKey,
  ) {
    this.redirectUri = registration.redirect_uris?.[0] ?? '';
    this.scope = registration.scope ?? '';
    this.method = registration.token_endpoint_auth_method ?? 'client_secret_basic';
  }

  /** Registers a client like MessageWriter, under an id of its own. */
  static async register(
    server: TestServer,
    registration: Registration = {},
    browser = new TestBrowser(server.issuer),
  ): Promise<RelyingParty> {
    const keys = registration.token_endpoint_auth_method === 'private_key_jwt' ? await keyPair() : undefined;
    const full = {
      ...messageWriter,
      client_id: `rp-${randomBytes(6).toString('hex')}`,
      ...(keys ? { jwks: { keys: [keys.publicJwk] } } : {}),
      ...registration,
    };
    const { clientId, secret } = await server.register(full);
    return new RelyingParty(server, browser, clientId, secret, full, keys?.privateKey);
  }

  /** A client that registered itself, or is described by its document. */
  static of(
    server: TestServer,
    { client_id, client_secret = '' }: { readonly client_id: string; readonly client_secret?: string },
    registration: Registration,
    browser = new TestBrowser(server.issuer),
    key?: CryptoKey,
  ): RelyingParty {
    return new RelyingParty(server, browser, client_id, client_secret, registration, key);
  }

  /** The same client, if it authenticated in another way; a public one guesses at a secret. */
  as(method: string): RelyingParty {
    const secret = this.secret || 'a guess';
    return Object.assign(Object.create(RelyingParty.prototype) as RelyingParty, this, { method, secret });
  }

  /**
   * The same client as openid-client plays it.
   * @param use methods of openid-client that configure it, such as `useJwtResponseMode`
   */
  openidClient(...use: ((config: openid.Configuration) => void)[]): Promise<openid.Configuration> {
    return openid.discovery(
      new URL(this.server.issuer),
      this.clientId,
      undefined,
      openid.ClientSecretBasic(this.secret),
      { execute: [openid.allowInsecureRequests, ...use] },
    );
  }

  /** Walks the user through sign-in and consent where they come up. */
  async authorize(
    parameters: Fields = {},
    user: { username: string; password: string } = alice,
  ): Promise<Authorized> {
    const verifier = randomBytes(32).toString('base64url');
    const page = await walk(this.browser, this.authorizeUrl(verifier, parameters), user);
    const code = responseOf(page).get('code');
    if (code === null) throw new Error(`no code at ${page.url} (${page.status}): ${page.html.slice(0, 500)}`);
    return { code, verifier };
  }

  /** The parameters of the authorization response, whatever they are. */
  async respond(parameters: Fields = {}): Promise<URLSearchParams> {
    const verifier = randomBytes(32).toString('base64url');
    return responseOf(await walk(this.browser, this.authorizeUrl(verifier, parameters)));
  }

  /** The URL of an authorization request. */
  authorizeUrl(verifier: string, parameters: Fields = {}): string {
    const query = encode({
      response_type: 'code',
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      scope: this.scope,
      state: 'state',
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return `/authorize?${query}`;
  }

  async redeem({ code, verifier }: Authorized, fields: Fields = {}): Promise<Answer> {
    return this.token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.redirectUri,
      code_verifier: verifier,
      ...fields,
    });
  }

  /** The whole flow, which must succeed. */
  async tokens(parameters: Fields = {}): Promise<Answer['body']> {
    const answer = await this.redeem(await this.authorize(parameters));
    if (answer.status !== 200) throw new Error(`no tokens (${answer.status}): ${answer.text}`);
    return answer.body;
  }

  async refresh(refreshToken: string, fields: Fields = {}): Promise<Answer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...fields });
  }

  async token(fields: Fields): Promise<Answer> {
    return this.authenticated('/token', fields);
  }

  async introspect(token: string, fields: Fields = {}): Promise<Answer> {
    return this.authenticated('/introspect', { token, ...fields });
  }

  async revoke(token: string, fields: Fields = {}): Promise<Answer> {
    return this.authenticated('/revoke', { token, ...fields });
  }

  async userinfo(token: string): Promise<Answer> {
    return request(this.server, '/userinfo', { headers: { authorization: `Bearer ${token}` } });
  }

  /** A post with the client's own way of authentication. */
  async authenticated(path: string, fields: Fields): Promise<Answer> {
    if (this.method === 'client_secret_basic')
      return post(this.server, path, fields, { authorization: basic(this.clientId, this.secret) });
    if (this.method.endsWith('_jwt'))
      return post(this.server, path, { ...(await this.assertion()), ...fields });
    const credentials =
      this.method === 'none'
        ? { client_id: this.clientId }
        : { client_id: this.clientId, client_secret: this.secret };
    return post(this.server, path, { ...credentials, ...fields });
  }

  /** private_key_jwt or client_secret_jwt (RFC 7523 §2.2). */
  private async assertion(): Promise<Fields> {
    const now = this.server.clock.now();
    const claims = {
      iss: this.clientId,
      sub: this.clientId,
      aud: this.server.issuer,
      exp: now + 60,
      jti: randomUUID(),
    };
    const assertion = await new SignJWT(claims)
      .setProtectedHeader({ alg: this.key ? 'ES256' : 'HS256' })
      .sign(this.key ?? new TextEncoder().encode(this.secret));
    return {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    };
  }
}

async function keyPair(): Promise<{ privateKey: CryptoKey; publicJwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), alg: 'ES256' } };
}

/** A form post with nothing added. */
export async function post(
  server: TestServer,
  path: string,
  fields: Fields | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const body = typeof fields === 'string' ? fields : encode(fields);
  return request(server, path, { method: 'POST', body, headers: { 'content-type': form, ...headers } });
}

export async function request(server: TestServer, path: string, init: RequestInit = {}): Promise<Answer> {
  const url = new URL(path, server.issuer);
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  if (path.startsWith('/admin/'))
    await holdToDescription(url, init.method ?? 'GET', {
      status: response.status,
      headers: response.headers,
      text,
    });
  const isJson = /^application\/([\w-]+\+)?json/.test(response.headers.get('content-type') ?? '');
  const body = (isJson && text !== '' ? JSON.parse(text) : {}) as Answer['body'];
  return { status: response.status, headers: response.headers, text, body };
}

export function encode(fields: Fields): string {
  const encoded = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of value === undefined ? [] : [value].flat()) encoded.append(name, item);
  }
  return encoded.toString();
}

/** HTTP Basic credentials with both halves form-encoded (RFC 6749 §2.3.1). */
export function basic(clientId: string, secret: string, scheme = 'Basic'): string {
  const encodeHalf = (half: string): string => encode({ half }).slice('half='.length);
  return `${scheme} ${Buffer.from(`${encodeHalf(clientId)}:${encodeHalf(secret)}`).toString('base64')}`;
}

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** The payload of a JWT, its signature unverified. */
export function payloadOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<
    string,
    unknown
  >;
}

/** Holds an answer to RFC 6749 §5.2: status, code, a description in its alphabet, JSON, not stored. */
export function expectRefusal(answer: Answer, status: number, error: string): void {
  expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
}
