import type { AccessToken } from '../access-token.js';
import { scopeReader } from '../scope-mapping.js';
import type { IssuerSettings } from '../settings/issuer-settings.js';
import { InvalidToken, TokenVerifier, VerifierUnavailable, type VerifierRules } from '../token-verifier.js';
import { introspect } from './introspection.js';
import { IssuerConnection } from './issuer-connection.js';
import { looksLikeJwt, verifyJwt } from './jwt-verifier.js';
import { TokenCache, tokenKey } from './token-cache.js';

interface Verified {
  readonly token: AccessToken;
  /** Milliseconds since the epoch, up to which the token may be remembered. */
  readonly until: number;
}

/**
 * Verifies the tokens of a remote issuer: signed ones locally against its keys, opaque ones by introspection. What was
 * verified is remembered, and equal tokens that arrive together are verified once.
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

  /** Whether this issuer is asked about tokens that do not tell their issuer. */
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
    const { keys, revocations } = this.connection;
    if (revocations?.refuses) return undefined;
    keys.touch();
    return this.#cache.get(tokenKey(token), this.#settings.now());
  }

  verify(token: string): Promise<AccessToken> {
    const known = this.recall(token);
    if (known !== undefined) return Promise.resolve(known);
    const key = tokenKey(token);
    const pending = this.#pending.get(key) ?? this.#remembered(key, token);
    this.#pending.set(key, pending);
    return pending;
  }

  async #remembered(key: string, token: string): Promise<AccessToken> {
    // A key that is withdrawn meanwhile replaces the cache: what it signed is then put into the one thrown away.
    const cache = this.#cache;
    try {
      await this.connection.checkRevocations();
      const verified = await this.#verifyAfresh(token);
      this.#checkLive(verified.token);
      cache.set(key, verified.token, verified.until);
      return verified.token;
    } finally {
      this.#pending.delete(key);
    }
  }

  // Without a pause before the token is remembered: what is revoked later finds it there.
  #checkLive(token: AccessToken): void {
    const revoked = this.connection.revocations?.find(token);
    if (revoked === undefined) return;
    throw new InvalidToken('The access token was revoked', {
      finding: { check: 'revocation feed', expected: 'nothing of this token', received: revoked },
    });
  }

  async #verifyAfresh(token: string): Promise<Verified> {
    const { introspection: credentials, now } = this.#settings;
    const { metadata, keys } = this.connection;
    const signed = looksLikeJwt(token);
    if (signed && (credentials === undefined || (await metadata.current()).jwksUri !== undefined)) {
      const verified = await verifyJwt(token, keys, this.#settings);
      return { token: verified, until: verified.expiresAt * 1000 };
    }
    if (credentials === undefined) {
      throw new InvalidToken(undefined, {
        detail: 'The token is opaque, and no introspection is configured',
      });
    }
    const { introspectionEndpoint } = await metadata.current();
    if (introspectionEndpoint === undefined) {
      throw new VerifierUnavailable('The metadata of the issuer names no introspection_endpoint', 30);
    }
    const asked = now();
    const verified = await introspect(token, introspectionEndpoint, { ...this.#settings, credentials });
    return {
      token: verified,
      until: Math.min(verified.expiresAt * 1000, asked + credentials.cacheFor * 1000),
    };
  }
}
