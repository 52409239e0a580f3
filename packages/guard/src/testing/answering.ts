import { addressOf } from './test-endpoints.js';
import type { TestIssuer } from './test-issuer.js';

/**
 * A `fetch` that passes each request to the issuer to which its URL belongs.
 *
 * @param otherwise the `fetch` for other URLs; without it, they are refused
 */
export function answering(issuers: readonly TestIssuer[], otherwise?: typeof fetch): typeof fetch {
  return async (input, init) => {
    const url = addressOf(input);
    const issuer = issuers.find((one) => one.owns(url));
    if (issuer !== undefined) return issuer.fetch(input, init);
    if (otherwise !== undefined) return otherwise(input, init);
    throw new TypeError(`${url} is not a URL of a test issuer`);
  };
}

/**
 * Lets test issuers answer the calls of the global `fetch` to their URLs. Other calls pass through. Use it to test a service with its
 * own `BearerModule`, with the same options as in production.
 *
 * @returns a function that restores the global `fetch`
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
