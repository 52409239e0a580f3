import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { checkOptionNames, type OptionNames } from '../settings/option-names.js';
import { DpopKey } from './dpop-key.js';
import { TestEndpoints } from './test-endpoints.js';
import { TestKey } from './test-key.js';
import { testClaims, type TestToken } from './test-token.js';

export interface TestIssuerOptions {
  /** The issuer's identifier, as in the service's options. Default: `https://issuer.test`. */
  issuer?: string;
  /** The service's identifier. Default: `https://service.test`. */
  audience?: string | readonly string[];
  /** The time in milliseconds since the epoch, of the issuer and of the guard. Default: `Date.now`. */
  now?: () => number;
  /** The algorithm of its signatures. Default: `ES256`. */
  algorithm?: string;
}

const optionNames: OptionNames<TestIssuerOptions> = {
  issuer: true,
  audience: true,
  now: true,
  algorithm: true,
};

/** More than any clock tolerance. */
const DAY_SECONDS = 24 * 60 * 60;

/**
 * An issuer inside the test. It signs tokens with its own keys, and answers requests for its metadata, keys, introspection and
 * revocations without a network. The guard works as in production.
 *
 * @example
 * ```ts
 * const issuer = await TestIssuer.create();
 * const module = await Test.createTestingModule({
 *   imports: [BearerTestingModule.forIssuer(issuer)],
 *   controllers: [ContactsController],
 * }).compile();
 * await request.get('/contacts').set('Authorization', `Bearer ${await issuer.mint({ scope: 'contacts.read' })}`);
 * ```
 */
export class TestIssuer {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Answers requests to this issuer, and refuses every other URL. For the guard's option `fetch`. */
  readonly fetch: typeof fetch;
  readonly #algorithm: string;
  readonly #endpoints: TestEndpoints;
  #key: TestKey;

  private constructor(options: TestIssuerOptions, algorithm: string, key: TestKey) {
    this.issuer = options.issuer ?? 'https://issuer.test';
    this.audience = options.audience ?? 'https://service.test';
    this.now = options.now ?? Date.now;
    this.#algorithm = algorithm;
    this.#key = key;
    this.#endpoints = new TestEndpoints(this.issuer, () => this.#seconds());
    this.#endpoints.keys = [key.published];
    this.fetch = this.#endpoints.fetch;
  }

  /** @throws {TypeError} naming an unknown option */
  static async create(options: TestIssuerOptions = {}): Promise<TestIssuer> {
    checkOptionNames('TestIssuer', options, optionNames);
    const { algorithm = 'ES256' } = options;
    return new TestIssuer(options, algorithm, await TestKey.create(algorithm));
  }

  /** Whether a URL belongs to this issuer. */
  owns(url: string): boolean {
    return this.#endpoints.owns(url);
  }

  /** A valid signed token. */
  mint(token: TestToken = {}): Promise<string> {
    return this.#key.sign(this.#claims(token));
  }

  /** A valid opaque token, for a service with `introspection`. In other services it gets 401. */
  opaque(token: TestToken = {}): string {
    const value = randomBytes(32).toString('base64url');
    this.#endpoints.opaque.set(value, this.#claims(token));
    return value;
  }

  /** 401: it expired a day ago. */
  expired(token: Omit<TestToken, 'expiresIn'> = {}): Promise<string> {
    return this.mint({ ...token, expiresIn: -DAY_SECONDS });
  }

  /** 401: it is for another service. */
  wrongAudience(token: Omit<TestToken, 'aud'> = {}): Promise<string> {
    return this.mint({ ...token, aud: 'https://another-service.test' });
  }

  /** 401: its `iss` is another issuer. */
  wrongIssuer(token: TestToken = {}): Promise<string> {
    return this.mint({ ...token, claims: { ...token.claims, iss: 'https://another-issuer.test' } });
  }

  /** 401: it is signed with a key that the issuer no longer publishes. */
  async rotatedKey(token: TestToken = {}): Promise<string> {
    const withdrawn = await TestKey.create(this.#algorithm);
    return withdrawn.sign(this.#claims(token));
  }

  /** 401: an opaque token that was revoked. For signed tokens, see {@link revoke}. */
  revoked(token: TestToken = {}): string {
    const value = this.opaque(token);
    this.#endpoints.opaque.delete(value);
    return value;
  }

  /** 403 at a route that requires a scope: it has none. */
  missingScope(token: Omit<TestToken, 'scope'> = {}): Promise<string> {
    return this.mint({ ...token, scope: [] });
  }

  /**
   * Revokes a token. When this resolves, guards with the option `revocations` refuse a signed token; other guards still accept it. An
   * opaque token is refused at the next introspection (see `introspection.cacheFor`).
   *
   * @throws {TypeError} if the token is neither opaque nor has a `jti`
   */
  async revoke(token: string): Promise<void> {
    if (this.#endpoints.opaque.delete(token)) return;
    const { jti } = decodeJwt(token);
    if (jti === undefined) throw new TypeError('the token has no jti, so it cannot be revoked');
    await this.#endpoints.revocations.revoke(jti);
  }

  /** A new key of a client, for `mint({ dpop })` and the proofs of its requests (RFC 9449). */
  dpopKey(): Promise<DpopKey> {
    return DpopKey.create(() => this.#seconds());
  }

  /** Signs with a new key from now on. The earlier keys stay published, unless `withdraw` is true. */
  async rotate({ withdraw = false }: { withdraw?: boolean } = {}): Promise<void> {
    this.#key = await TestKey.create(this.#algorithm);
    const before = withdraw ? [] : this.#endpoints.keys;
    this.#endpoints.keys = [...before, this.#key.published];
  }

  /** Whether the issuer can be reached. If not, the guard still uses what it has fetched before. */
  set reachable(reachable: boolean) {
    this.#endpoints.reachable = reachable;
  }

  get reachable(): boolean {
    return this.#endpoints.reachable;
  }

  #claims(token: TestToken): Record<string, unknown> {
    return testClaims(token, { issuer: this.issuer, audience: this.audience, now: this.#seconds() });
  }

  #seconds(): number {
    return Math.floor(this.now() / 1000);
  }
}
