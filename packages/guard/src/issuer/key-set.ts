import type { JSONWebKeySet } from 'jose';
import type { KeyOptions } from '../settings/bearer-options.js';
import { askIssuer } from '../fetch/issuer-client.js';
import { PublishedKeys } from './published-keys.js';
import { RemoteDocument } from '../fetch/remote-document.js';
import type { SignatureCheck } from './signature.js';

export interface KeySetOptions extends Required<KeyOptions> {
  /** The URL of the keys. It is called before each fetch. */
  location: () => Promise<string>;
  fetch: typeof fetch;
  now: () => number;
  report: (message: string) => void;
  /** Called when the issuer has withdrawn a key. Tokens signed with it are no longer valid. */
  withdrawn: () => void;
}

/** The signing keys that an issuer publishes. They are fetched again from time to time. */
export class KeySet {
  readonly #document: RemoteDocument<PublishedKeys>;
  readonly #options: Pick<KeySetOptions, 'cooldown' | 'maxAge' | 'now'>;
  #latest: { readonly keys: PublishedKeys; readonly at: number } | undefined;

  constructor({ location, fetch, withdrawn, ...options }: KeySetOptions) {
    this.#options = options;
    this.#document = new RemoteDocument<PublishedKeys>({
      ...options,
      name: 'The key set of the issuer',
      load: async () => {
        const keys = await fetchKeys(await location(), fetch);
        this.#latest = { keys, at: options.now() };
        return keys;
      },
      replaced: (previous, next) => {
        if (!next.holdsAllOf(previous)) withdrawn();
      },
    });
  }

  /** Begins to fetch the keys again in the background, if they are old enough. */
  touch(): void {
    this.#document.touch();
  }

  /**
   * Fetches the keys, if necessary.
   *
   * @throws {VerifierUnavailable} if they cannot be fetched
   */
  async prepare(): Promise<void> {
    await this.#document.current();
  }

  /** As {@link find}, without waiting, for a key that was found before. */
  known(alg: unknown, kid: unknown): SignatureCheck | undefined {
    const { maxAge, now } = this.#options;
    if (this.#latest === undefined || now() - this.#latest.at > maxAge * 1000) return undefined;
    return this.#latest.keys.known(alg, kid);
  }

  /**
   * The signature check with the key that a token names by `alg` and `kid`. The token's own `jku`, `jwk`, `x5u` and `x5c` are ignored.
   *
   * @returns `undefined` if the issuer publishes no such key
   * @throws {InvalidToken} if several keys match, or the matching key cannot be used
   * @throws {VerifierUnavailable} if the keys cannot be fetched
   */
  async find(alg: string, kid: unknown): Promise<SignatureCheck | undefined> {
    const keys = await this.#document.current();
    const found = await keys.find(alg, kid);
    if (found !== undefined) return found;
    const newer = await this.#document.refetch(this.#options.cooldown);
    return newer?.find(alg, kid);
  }
}

async function fetchKeys(url: string, request: typeof fetch): Promise<PublishedKeys> {
  const { status, body } = await askIssuer(request, url, {
    headers: { Accept: 'application/jwk-set+json, application/json' },
  });
  if (status !== 200 || body === undefined)
    throw new Error(`${url}: status ${status}, ${body ? '' : 'no '}JSON object`);
  return new PublishedKeys(body as unknown as JSONWebKeySet);
}
