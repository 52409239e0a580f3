import {
  type CompactJWSHeaderParameters,
  createLocalJWKSet,
  type CryptoKey,
  errors,
  type JSONWebKeySet,
  type JWK,
} from 'jose';
import type { KeyOptions } from '../bearer-options.js';
import { askIssuer } from './issuer-client.js';
import { RemoteDocument } from './remote-document.js';

interface Keys {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly fingerprints: ReadonlySet<string>;
}

export interface KeySetOptions extends Required<KeyOptions> {
  /** Where the keys are published; asked anew before each fetch. */
  location: () => Promise<string>;
  fetch: typeof fetch;
  now: () => number;
  report: (message: string) => void;
  /** Told when a key has gone: what it signed is not to be believed any longer. */
  withdrawn: () => void;
}

/** The signing keys that an issuer publishes, kept fresh (RFC 7517 §5). */
export class KeySet {
  readonly #document: RemoteDocument<Keys>;
  readonly #cooldown: number;

  constructor({ location, fetch, withdrawn, cooldown, ...options }: KeySetOptions) {
    this.#cooldown = cooldown;
    this.#document = new RemoteDocument<Keys>({
      ...options,
      name: 'The key set of the issuer',
      load: async () => fetchKeys(await location(), fetch),
      replaced: (previous, next) => {
        if ([...previous.fingerprints].some((key) => !next.fingerprints.has(key))) withdrawn();
      },
    });
  }

  /** Begins to fetch the keys again, in the background, when they are due. */
  touch(): void {
    this.#document.touch();
  }

  /**
   * Has keys at hand.
   *
   * @throws {VerifierUnavailable} when the keys cannot be had
   */
  async prepare(): Promise<void> {
    await this.#document.current();
  }

  /**
   * The key that a token names. The token's own `jku`, `jwk`, `x5u` and `x5c` are never looked at.
   *
   * @throws {JWKSNoMatchingKey} of jose, when the issuer publishes no such key
   * @throws {VerifierUnavailable} when the keys cannot be had
   */
  async find(header: CompactJWSHeaderParameters): Promise<CryptoKey> {
    const wanted = { alg: header.alg, kid: header.kid };
    const keys = await this.#document.current();
    try {
      return await keys.find(wanted);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const newer = await this.#document.refetched(this.#cooldown);
      if (newer === undefined) throw error;
      return newer.find(wanted);
    }
  }
}

async function fetchKeys(url: string, request: typeof fetch): Promise<Keys> {
  const { status, body } = await askIssuer(request, url, {
    headers: { Accept: 'application/jwk-set+json, application/json' },
  });
  if (status !== 200 || body === undefined)
    throw new Error(`${url}: status ${status}, ${body ? '' : 'no '}JSON object`);
  const jwks = body as unknown as JSONWebKeySet;
  const find = createLocalJWKSet(jwks);
  return { find, fingerprints: new Set(jwks.keys.map(fingerprint)) };
}

// The members that make a key what it is (RFC 7638 §3.2), whatever order and company they are published in.
function fingerprint({ kty, kid, crv, x, y, n, e }: JWK): string {
  return JSON.stringify([kty, kid, crv, x, y, n, e]);
}
