import { expect } from '@jest/globals';
import { type ContactsApp, startContacts } from './contacts-app.js';
import { forged } from './forge.js';
import { AUDIENCE, LocalIssuer, type SigningKey, signingKey } from './local-issuer.js';
import { withAuthorization } from './raw-request.js';

/** What forgeries are made of. */
export interface Ground {
  issuer: LocalIssuer;
  /** A key that the issuer does not publish. */
  foreign: SigningKey;
  rsa: SigningKey;
  now: number;
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
}

export type Forgery = (ground: Ground) => string | Promise<string>;

export const UNSPECIFIC = 'The access token is not valid';
export const ALGORITHM = 'The algorithm of the access token is not accepted';
export const NO_KEY = 'The access token is not signed with a key of the issuer';
export const EXTENSION = 'The access token uses an unknown extension';
export const TYPE = 'The token is not an access token';
export const ISSUER = 'The access token is from another issuer';
export const OTHER_AUDIENCE = 'The access token is for another audience';
export const EXPIRED = 'The access token has expired';
export const TOO_EARLY = 'The access token is not valid yet';
export const CERTIFICATE = 'The access token is bound to a certificate that the request does not present';
export const UNKNOWN_BINDING = 'The access token is bound in an unknown way';

export const claim =
  (changes: (ground: Ground) => Record<string, unknown>): Forgery =>
  (ground) =>
    ground.issuer.mint(changes(ground));

export const header =
  (changes: (ground: Ground) => Record<string, unknown>): Forgery =>
  (ground) =>
    forged({ ...ground.header, ...changes(ground) }, ground.claims, ground.issuer.key);

/** An issuer, and contacts that accept its tokens. */
export class HostileGround {
  ground!: Ground;
  contacts!: ContactsApp;

  async start(): Promise<void> {
    const issuer = await LocalIssuer.start();
    const rsa = await signingKey('rsa', 'RS256');
    issuer.published.push(rsa.publicJwk);
    const now = Math.floor(Date.now() / 1000);
    this.ground = {
      issuer,
      rsa,
      foreign: await signingKey('foreign'),
      now,
      header: { alg: 'ES256', kid: issuer.key.kid, typ: 'at+jwt' },
      claims: {
        iss: issuer.url,
        aud: AUDIENCE,
        sub: 'alice',
        client_id: 'message-writer',
        scope: 'contacts.read',
        iat: now,
        exp: now + 300,
      },
    };
    this.contacts = await startContacts({
      issuer: issuer.url,
      audience: AUDIENCE,
      realm: 'contacts',
      now: () => now * 1000,
    });
  }

  async stop(): Promise<void> {
    await this.contacts.app.close();
    await this.ground.issuer.close();
  }

  async send(forgery: Forgery): ReturnType<typeof withAuthorization> {
    return withAuthorization(`${this.contacts.url}/contacts`, `Bearer ${await forgery(this.ground)}`);
  }

  /** Holds that a forgery gets 401 with that description. */
  async expectRefused(description: string, forgery: Forgery): Promise<void> {
    const answer = await this.send(forgery);
    expect(answer).toMatchObject({
      status: 401,
      challenge: `Bearer realm="contacts", error="invalid_token", error_description="${description}"`,
      body: { error: 'invalid_token', error_description: description },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  }

  /** Holds that no forgery made the guard fetch what a token names, or ask for the keys more than once. */
  expectNothingFetched(): void {
    expect(Object.keys(this.ground.issuer.requests).toSorted()).toEqual([
      '/.well-known/openid-configuration',
      '/jwks',
    ]);
    expect(this.ground.issuer.count('/jwks')).toBe(1);
  }
}

export function flipped(token: string): string {
  const [head, payload, signature = ''] = token.split('.');
  return `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
}

/** The first token with the payload of the second. */
export function swapped(token: string, other: string): string {
  const [head, , signature] = token.split('.');
  return `${head}.${other.split('.')[1]}.${signature}`;
}

/** JSON of an object with one more member at its end, be it there already or not. */
export function twice(object: Record<string, unknown>, member: string): string {
  return `${JSON.stringify(object).slice(0, -1)},${member}}`;
}

export function nested(claims: Record<string, unknown>, name: string): string {
  return twice(claims, `"${name}":${'['.repeat(4500)}${']'.repeat(4500)}`);
}
