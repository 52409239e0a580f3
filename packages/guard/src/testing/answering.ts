import { addressOf } from './test-endpoints.js';
import type { TestIssuer } from './test-issuer.js';

/**
 * Asks that issuer whose address it is.
 *
 * @param otherwise what is done with the addresses of none of them; without it they are refused
 */
export function answering(issuers: readonly TestIssuer[], otherwise?: typeof fetch): typeof fetch {
  return async (input, init) => {
    const url = addressOf(input);
    const issuer = issuers.find((one) => one.owns(url));
    if (issuer !== undefined) return issuer.fetch(input, init);
    if (otherwise !== undefined) return otherwise(input, init);
    throw new TypeError(`${url} is not an address of a test issuer`);
  };
}

/**
 * Lets test issuers answer the calls of the global `fetch` that are meant for them, while all others go on: for a
 * service that is tested with the `BearerModule` of its own, whose options stay as they are in production.
 *
 * @returns what puts the global `fetch` back
 * @example
 * ```ts
 * const issuer = await TestIssuer.create({ issuer: 'https://id.example.com', audience: 'https://contacts.example.com' });
 * const restore = interceptFetch(issuer);
 * const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
 * ```
 */
export function interceptFetch(...issuers: TestIssuer[]): () => void {
  const before = globalThis.fetch;
  globalThis.fetch = answering(issuers, before);
  return () => {
    globalThis.fetch = before;
  };
}
