import { type IssuerSettings, narrowedSettings } from '../settings/issuer-settings.js';
import { traced } from '../telemetry/tracing.js';
import type { AccessToken } from '../token/access-token.js';
import { InvalidToken, TokenVerifier, type VerifierRules } from '../token/token-verifier.js';
import { IssuerConnection } from './issuer-connection.js';
import { type Jws, readJws } from './jws.js';
import { keyNamedBy, verifyJwt } from './jwt-verifier.js';
import type { SignatureCheck } from './signature.js';
import { type Lifetime, recallByKey, TokenCache, tokenKey } from './token-cache.js';

/** A token with what several verifiers need of it, so that it is hashed and parsed once. */
export interface ReadToken {
  readonly token: string;
  /** Its key in caches. */
  readonly key: string;
  /** `undefined` for an opaque token. */
  readonly jws: Jws | undefined;
}

export function readToken(token: string, key = tokenKey(token)): ReadToken {
  return { token, key, jws: readJws(token) };
}

interface Verified extends Lifetime {
  readonly token: AccessToken;
}

/**
 * Verifies the tokens of an issuer: signed ones locally with its keys, opaque ones by introspection. Verified tokens are cached, and for
 * as long as introspection responses also the opaque ones that are refused. Concurrent requests with the same token share one
 * verification.
 */
export class IssuerVerifier extends TokenVerifier {
  readonly #settings: IssuerSettings;
  readonly #pending = new Map<string, Promise<AccessToken>>();
  #cache: TokenCache;
  readonly #refused: TokenCache<InvalidToken>;

  constructor(
    settings: IssuerSettings,
    readonly connection = new IssuerConnection(settings),
  ) {
    super();
    this.#settings = settings;
    this.#cache = new TokenCache(settings.cacheSize, settings);
    this.#refused = new TokenCache(settings.cacheSize, settings);
    connection.onKeysWithdrawn(() => (this.#cache = new TokenCache(settings.cacheSize, settings)));
    const { revocations } = connection;
    revocations?.onRevoked(() => this.#cache.evict((token) => revocations.find(token) !== undefined));
  }

  get issuer(): string {
    return this.#settings.issuer;
  }

  /** Whether opaque tokens are introspected at this issuer. */
  get introspects(): boolean {
    return this.#settings.introspection !== undefined;
  }

  override narrowed(rules: VerifierRules): IssuerVerifier {
    return new IssuerVerifier(narrowedSettings(this.#settings, rules), this.connection);
  }

  override recall(token: string): AccessToken | undefined {
    return recallByKey(token, (key) => this.recallKey(key));
  }

  /** As {@link recall}, by the token's key in caches. */
  recallKey(key: string): AccessToken | undefined {
    const { keys, revocations } = this.connection;
    if (revocations?.refuses) return undefined;
    keys.touch();
    return this.#cache.get(key);
  }

  /** Removes a token from the cache. */
  forget(key: string): void {
    this.#cache.delete(key);
  }

  verify(token: string): Promise<AccessToken> {
    return this.verifyRead(readToken(token));
  }

  /** As {@link verify}. A signed token whose key is known is verified without waiting for anything. */
  async verifyRead({ token, key, jws }: ReadToken): Promise<AccessToken> {
    const known = this.recallKey(key);
    if (known !== undefined) return known;
    const refused = this.#refused.get(key);
    if (refused !== undefined) throw refused;
    const isSignature = jws && this.#usableCheck(jws);
    if (isSignature) return this.#remember(key, ofJwt(verifyJwt(jws, isSignature, this.#settings)));
    const pending = this.#pending.get(key) ?? this.#verifyAndCache(key, token, jws);
    this.#pending.set(key, pending);
    return pending;
  }

  /**
   * The check of a signature for which nothing need be waited for.
   *
   * @throws {InvalidToken} if the header is not acceptable, or the key cannot be used
   */
  #usableCheck(jws: Jws): SignatureCheck | undefined {
    if (!this.connection.knowsRevocations) return undefined;
    const keys = this.connection.keys.usable;
    if (keys === undefined) return undefined;
    const { alg, kid } = keyNamedBy(jws, this.#settings.algorithms);
    const found = keys.find(alg, kid);
    if (found === undefined || keys.hasName(kid)) return found;
    // A token that names no key may need newer keys. If it does not, its signature is checked here, and not again.
    return found(jws.signed, jws.signature) ? () => true : undefined;
  }

  async #verifyAndCache(key: string, token: string, jws: Jws | undefined): Promise<AccessToken> {
    // If a key is withdrawn meanwhile, the cache is replaced. The token then goes into the old cache, which nobody reads.
    const cache = this.#cache;
    try {
      await this.connection.checkRevocations();
      const verified = await traced('verify access token', () => this.#verifyUncached(key, token, jws));
      return this.#remember(key, verified, cache);
    } finally {
      this.#pending.delete(key);
    }
  }

  // Nothing is awaited between the check and the cache, so that a later revocation finds the token in the cache.
  #remember(key: string, { token, ...lifetime }: Verified, cache = this.#cache): AccessToken {
    const revoked = this.connection.revocations?.find(token);
    if (revoked !== undefined) {
      throw new InvalidToken('The access token was revoked', {
        finding: { check: 'revocation feed', expected: 'no revocation', received: revoked },
      });
    }
    cache.set(key, token, lifetime);
    return token;
  }

  async #verifyUncached(key: string, token: string, jws: Jws | undefined): Promise<Verified> {
    const { introspection, algorithms } = this.#settings;
    const { connection } = this;
    if (jws && (introspection === undefined || (await connection.publishesKeys()))) {
      const { alg, kid } = keyNamedBy(jws, algorithms);
      const fits = (check: SignatureCheck): boolean => check(jws.signed, jws.signature);
      return ofJwt(verifyJwt(jws, await connection.keys.find(alg, kid, fits), this.#settings));
    }
    return this.#introspect(key, token);
  }

  async #introspect(key: string, token: string): Promise<Verified> {
    const { introspection: credentials, elapsed } = this.#settings;
    if (credentials === undefined) {
      throw new InvalidToken(undefined, {
        detail: 'The token is opaque, and no introspection is configured',
      });
    }
    const lifetimeMs = credentials.cacheFor * 1000;
    try {
      const rules = { ...this.#settings, credentials };
      const [verified, askedAt] = await this.connection.introspector.ask(token, rules);
      return { token: verified, expiresAt: verified.expiresAt * 1000, freshUntil: askedAt + lifetimeMs };
    } catch (error) {
      if (error instanceof InvalidToken) {
        this.#refused.set(key, error, { expiresAt: Infinity, freshUntil: elapsed() + lifetimeMs });
      }
      throw error;
    }
  }
}

function ofJwt(token: AccessToken): Verified {
  return { token, expiresAt: token.expiresAt * 1000 };
}
