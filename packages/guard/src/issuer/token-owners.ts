/** How many tokens are remembered for all issuers together. */
const MAX_TOKENS = 50_000;

/**
 * Which issuer's verifier has a token in its cache, so that it is found without a look into the caches of all issuers. It also limits how
 * many tokens are cached in all.
 */
export class TokenOwners {
  /** The issuers by the token's key, the oldest first. */
  readonly #issuers = new Map<string, string>();
  readonly #forget: (key: string, issuer: string) => void;

  /** @param forget called for each token beyond the limit */
  constructor(forget: (key: string, issuer: string) => void) {
    this.#forget = forget;
  }

  get(key: string): string | undefined {
    return this.#issuers.get(key);
  }

  set(key: string, issuer: string): void {
    this.#issuers.set(key, issuer);
    if (this.#issuers.size > MAX_TOKENS) this.#makeRoom();
  }

  delete(key: string): void {
    this.#issuers.delete(key);
  }

  // Several at once: a Map skips the places of deleted entries in each iteration, which would take longer each time.
  #makeRoom(): void {
    let surplus = MAX_TOKENS / 20;
    for (const [key, issuer] of this.#issuers) {
      this.#issuers.delete(key);
      this.#forget(key, issuer);
      surplus -= 1;
      if (surplus === 0) return;
    }
  }
}
