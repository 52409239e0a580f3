import { askIssuer } from '../fetch/issuer-client.js';
import { RemoteDocument } from '../fetch/remote-document.js';
import type { KeyOptions } from '../settings/bearer-options.js';
import { PublishedKeys } from './published-keys.js';
import type { SignatureCheck } from './signature.js';

/** The signing keys of an issuer. The `jku`, `jwk`, `x5u` and `x5c` of a token are ignored. */
export interface IssuerKeys {
  /** Begins to fetch the keys again in the background, if they are old enough. */
  touch(): void;

  /**
   * Fetches the keys, if necessary.
   *
   * @throws {VerifierUnavailable} if they cannot be fetched
   */
  prepare(): Promise<void>;

  /** The keys, if nobody need wait for newer ones. */
  readonly usable: PublishedKeys | undefined;

  /**
   * The signature check with the keys that a token names by `alg` and `kid`. If none matches, or none that the token does not name
   * fits its signature, the keys are fetched again.
   *
   * @param fits whether a check accepts the token's signature
   * @returns `undefined` if the issuer has no such key
   * @throws {InvalidToken} if no matching key can be used
   * @throws {VerifierUnavailable} if the keys cannot be fetched
   */
  find(
    alg: string,
    kid: unknown,
    fits: (check: SignatureCheck) => boolean,
  ): Promise<SignatureCheck | undefined>;
}

/** Keys that stand in the options of the service. */
export class FixedKeys implements IssuerKeys {
  readonly usable: PublishedKeys;

  /** @throws {Error} if it is not a JWK Set */
  constructor(jwks: { readonly keys: unknown }) {
    this.usable = new PublishedKeys(jwks);
  }

  touch(): void {}

  async prepare(): Promise<void> {}

  async find(alg: string, kid: unknown): Promise<SignatureCheck | undefined> {
    return this.usable.find(alg, kid);
  }
}

export interface KeySetOptions extends Required<KeyOptions> {
  /** Fetches the keys. */
  load: () => Promise<PublishedKeys>;
  /** Milliseconds of a monotonic clock. */
  elapsed: () => number;
  report: (message: string) => void;
  /** Called when the issuer has withdrawn a key. Tokens signed with it are no longer valid. */
  withdrawn: () => void;
}

/** The keys that an issuer publishes. They are fetched again from time to time. */
export class KeySet implements IssuerKeys {
  readonly #document: RemoteDocument<PublishedKeys>;
  readonly #cooldown: number;

  constructor({ withdrawn, cooldown, ...options }: KeySetOptions) {
    this.#cooldown = cooldown;
    this.#document = new RemoteDocument<PublishedKeys>({
      ...options,
      name: 'The key set of the issuer',
      replaced: (previous, next) => {
        if (!next.holdsAllOf(previous)) withdrawn();
      },
    });
  }

  touch(): void {
    this.#document.touch();
  }

  get usable(): PublishedKeys | undefined {
    return this.#document.usable;
  }

  async prepare(): Promise<void> {
    await this.#document.current();
  }

  async find(
    alg: string,
    kid: unknown,
    fits: (check: SignatureCheck) => boolean,
  ): Promise<SignatureCheck | undefined> {
    const keys = await this.#document.current();
    const found = keys.find(alg, kid);
    if (found !== undefined && (keys.hasName(kid) || fits(found))) return found;
    const newer = await this.#document.refetch(this.#cooldown);
    return newer?.find(alg, kid) ?? found;
  }
}

/** Fetches a JWK Set. @throws {Error} with the URL and the reason */
export async function fetchKeys(url: string, request: typeof fetch): Promise<PublishedKeys> {
  const { status, body } = await askIssuer(request, url, {
    headers: { Accept: 'application/jwk-set+json, application/json' },
  });
  if (status !== 200 || body === undefined)
    throw new Error(`${url}: status ${status}, ${body ? '' : 'no '}JSON object`);
  return new PublishedKeys(body);
}
