import type { AccessToken } from '../token/access-token.js';
import { scopeReader } from '../token/scope-reader.js';
import type { IssuerSettings } from '../settings/issuer-settings.js';
import {
  InvalidToken,
  TokenVerifier,
  VerifierUnavailable,
  type VerifierRules,
} from '../token/token-verifier.js';
import { introspect } from './introspection.js';
import { IssuerConnection } from './issuer-connection.js';
import { type Jws, readJws } from './jws.js';
import { keyNamedBy, verifyJwt } from './jwt-verifier.js';
import type { SignatureCheck } from './signature.js';
import { TokenCache, tokenKey } from './token-cache.js';

interface Verified {
  readonly token: AccessToken;
  /** The token may be cached until this time, in milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Verifies the tokens of an issuer: signed ones locally with its keys, opaque ones by introspection. Verified tokens are cached.
 * Concurrent requests with the same token share one verification.
 */
export class IssuerVerifier extends TokenVerifier {
  readonly #settings: IssuerSettings;
  readonly #pending = new Map<string, Promise<AccessToken>>();
  #cache: TokenCache;

  constructor(
    settings: IssuerSettings,
    readonly connection = new IssuerConnection(settings),
  ) {
    super();
    this.#settings = settings;
    this.#cache = new TokenCache(settings.cacheSize);
    connection.onKeysWithdrawn(() => (this.#cache = new TokenCache(settings.cacheSize)));
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

  override narrowed({ audience, scopes }: VerifierRules): IssuerVerifier {
    const own = {
      ...this.#settings,
      ...(audience && { audience }),
      ...(scopes && { scopes: scopeReader(scopes) }),
    };
    return new IssuerVerifier(own, this.connection);
  }

  override recall(token: string): AccessToken | undefined {
    return this.#recall(tokenKey(token));
  }

  /** A signed token whose key is known is verified without waiting for anything. */
  async verify(token: string): Promise<AccessToken> {
    const key = tokenKey(token);
    const known = this.#recall(key);
    if (known !== undefined) return known;
    const jws = readJws(token);
    const isSignature = jws && this.#knownCheck(jws);
    if (isSignature) return this.#remember(key, ofJwt(verifyJwt(jws, isSignature, this.#settings)));
    const pending = this.#pending.get(key) ?? this.#verifyAndCache(key, token, jws);
    this.#pending.set(key, pending);
    return pending;
  }

  /** @throws {InvalidToken} if the key is known but the header is not acceptable */
  #knownCheck(jws: Jws): SignatureCheck | undefined {
    if (!this.connection.knowsRevocations) return undefined;
    const { alg, kid } = jws.header;
    const known = this.connection.keys.known(alg, kid);
    if (known !== undefined) keyNamedBy(jws, this.#settings.algorithms);
    return known;
  }

  #recall(key: string): AccessToken | undefined {
    const { keys, revocations } = this.connection;
    if (revocations?.refuses) return undefined;
    keys.touch();
    return this.#cache.get(key, this.#settings.now());
  }

  async #verifyAndCache(key: string, token: string, jws: Jws | undefined): Promise<AccessToken> {
    // If a key is withdrawn meanwhile, the cache is replaced. The token then goes into the old cache, which nobody reads.
    const cache = this.#cache;
    try {
      await this.connection.checkRevocations();
      return this.#remember(key, await this.#verifyUncached(token, jws), cache);
    } finally {
      this.#pending.delete(key);
    }
  }

  // Nothing is awaited between the check and the cache, so that a later revocation finds the token in the cache.
  #remember(key: string, { token, until }: Verified, cache = this.#cache): AccessToken {
    const revoked = this.connection.revocations?.find(token);
    if (revoked !== undefined) {
      throw new InvalidToken('The access token was revoked', {
        finding: { check: 'revocation feed', expected: 'no revocation', received: revoked },
      });
    }
    cache.set(key, token, until);
    return token;
  }

  async #verifyUncached(token: string, jws: Jws | undefined): Promise<Verified> {
    const { introspection: credentials, algorithms, now } = this.#settings;
    const { introspections, metadata, keys } = this.connection;
    if (jws && (credentials === undefined || (await metadata.current()).jwksUri !== undefined)) {
      const { alg, kid } = keyNamedBy(jws, algorithms);
      return ofJwt(verifyJwt(jws, await keys.find(alg, kid), this.#settings));
    }
    if (credentials === undefined) {
      throw new InvalidToken(undefined, {
        detail: 'The token is opaque, and no introspection is configured',
      });
    }
    const { introspectionEndpoint } = await metadata.current();
    if (introspectionEndpoint === undefined) {
      throw new VerifierUnavailable('The metadata of the issuer has no introspection_endpoint', 30);
    }
    if (introspections.isFull) throw new VerifierUnavailable('Too many tokens are being introspected', 1);
    const rules = { ...this.#settings, credentials };
    const [verified, requestedAt] = await introspections.run(async () => {
      const startedAt = now();
      return [await introspect(token, introspectionEndpoint, rules), startedAt] as const;
    });
    return {
      token: verified,
      until: Math.min(verified.expiresAt * 1000, requestedAt + credentials.cacheFor * 1000),
    };
  }
}

function ofJwt(token: AccessToken): Verified {
  return { token, until: token.expiresAt * 1000 };
}
