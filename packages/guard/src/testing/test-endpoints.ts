import type { JWK } from 'jose';
import { TestRevocationFeed } from './test-revocation-feed.js';

/**
 * The HTTP endpoints of a test issuer: its metadata (RFC 8414), its keys (RFC 7517), introspection (RFC 7662) and the revocation feed.
 */
export class TestEndpoints {
  keys: readonly JWK[] = [];
  /** The claims of opaque tokens that are not revoked. */
  readonly opaque = new Map<string, Readonly<Record<string, unknown>>>();
  readonly revocations = new TestRevocationFeed();
  reachable = true;
  readonly #issuer: string;
  readonly #base: string;
  readonly #now: () => number;

  /** @param now seconds since the epoch */
  constructor(issuer: string, now: () => number) {
    this.#issuer = issuer;
    this.#base = issuer.replace(/\/$/, '');
    this.#now = now;
  }

  /** Whether a URL belongs to this issuer. Another issuer may have the same host and another path. */
  owns(url: string): boolean {
    return url.startsWith(`${this.#base}/`) || url === this.#metadataUrl();
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = addressOf(input);
    if (!this.owns(url)) throw new TypeError(`${url} is not a URL of the test issuer ${this.#issuer}`);
    if (!this.reachable) throw new TypeError(`the test issuer ${this.#issuer} cannot be reached`);
    const [address] = url.split('?', 1);
    switch (address) {
      case `${this.#base}/.well-known/openid-configuration`:
      case this.#metadataUrl():
        return Response.json(this.#metadata());
      case `${this.#base}/jwks`:
        return Response.json({ keys: this.keys });
      case `${this.#base}/introspect`:
        return Response.json(this.#introspect(await new Request(url, init).text()));
      case `${this.#base}/revocations`:
        return this.revocations.answer(url, init?.signal);
      default:
        return Response.json({ error: 'not_found' }, { status: 404 });
    }
  };

  #metadata(): Record<string, unknown> {
    return {
      issuer: this.#issuer,
      jwks_uri: `${this.#base}/jwks`,
      introspection_endpoint: `${this.#base}/introspect`,
      eyrie_revocation_feed_endpoint: `${this.#base}/revocations`,
    };
  }

  // RFC 8414 §3.1: the well-known path is inserted between the host and the path of the issuer.
  #metadataUrl(): string {
    const { origin, pathname } = new URL(this.#base);
    return `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`;
  }

  #introspect(body: string): Record<string, unknown> {
    const claims = this.opaque.get(new URLSearchParams(body).get('token') ?? '');
    const isActive = claims !== undefined && !(Number(claims['exp']) <= this.#now());
    return isActive ? { active: true, token_type: 'Bearer', ...claims } : { active: false };
  }
}

/** The URL of a call to `fetch`. */
export function addressOf(input: Parameters<typeof fetch>[0]): string {
  return input instanceof Request ? input.url : String(input);
}
