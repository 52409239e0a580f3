import { Logger } from '@nestjs/common';
import type { AccessToken } from '../access-token.js';
import type { BearerSettings } from '../bearer-options.js';
import { InvalidToken, TokenVerifier, VerifierUnavailable } from '../token-verifier.js';
import { introspect } from './introspection.js';
import { discover, type IssuerMetadata } from './issuer-metadata.js';
import { looksLikeJwt, verifyJwt } from './jwt-verifier.js';
import { KeySet } from './key-set.js';
import { RemoteDocument } from './remote-document.js';
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
  readonly #settings: BearerSettings;
  readonly #metadata: RemoteDocument<IssuerMetadata>;
  readonly #keys: KeySet;
  readonly #pending = new Map<string, Promise<AccessToken>>();
  #cache: TokenCache;

  constructor(settings: BearerSettings) {
    super();
    this.#settings = settings;
    this.#cache = new TokenCache(settings.cacheSize);
    const { issuer, fetch, now, keys } = settings;
    const log = new Logger('BearerModule');
    const report = (message: string): void => log.warn(`${message} (${issuer})`);
    this.#metadata = new RemoteDocument({
      ...keys,
      name: 'The metadata of the issuer',
      load: () => discover(issuer, fetch),
      now,
      report,
    });
    this.#keys = new KeySet({
      ...keys,
      location: () => this.#keyLocation(),
      fetch,
      now,
      report,
      withdrawn: () => this.#forget(),
    });
  }

  override recall(token: string): AccessToken | undefined {
    this.#keys.touch();
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
      const verified = await this.#verifyAfresh(token);
      cache.set(key, verified.token, verified.until);
      return verified.token;
    } finally {
      this.#pending.delete(key);
    }
  }

  async #verifyAfresh(token: string): Promise<Verified> {
    const { introspection: credentials, now } = this.#settings;
    const signed = looksLikeJwt(token);
    if (signed && (credentials === undefined || (await this.#metadata.current()).jwksUri !== undefined)) {
      const verified = await verifyJwt(token, this.#keys, this.#settings);
      return { token: verified, until: verified.expiresAt * 1000 };
    }
    if (credentials === undefined) {
      throw new InvalidToken(undefined, {
        detail: 'The token is opaque, and no introspection is configured',
      });
    }
    const { introspectionEndpoint } = await this.#metadata.current();
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

  async #keyLocation(): Promise<string> {
    const { jwksUri } = await this.#metadata.current();
    if (jwksUri === undefined) throw new Error('The metadata of the issuer names no jwks_uri');
    return jwksUri;
  }

  #forget(): void {
    this.#cache = new TokenCache(this.#settings.cacheSize);
  }
}
