import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';

export interface SigningKey {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  publicJwk: JWK;
}

export async function signingKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

export const AUDIENCE = 'https://contacts.example.com';

/** An issuer on loopback, which counts what it is asked and can be told to fail. */
export class LocalIssuer {
  readonly requests: Record<string, number> = {};
  /** The bodies and Authorization headers that introspection received. */
  readonly introspected: { authorization: string | undefined; form: URLSearchParams }[] = [];
  /** What introspection answers, by token. */
  readonly opaque = new Map<string, Record<string, unknown>>();
  published: JWK[];
  /** Laid over the metadata document. */
  metadata: Record<string, unknown> = {};
  /** Documents at further paths. */
  readonly documents = new Map<string, Record<string, unknown>>();
  /** Paths that answer with this status only. */
  readonly failing = new Map<string, number>();
  readonly #server: Server;
  /** Tokens are issued then: a spec's clock stands still too, however long it takes. */
  readonly #startedAt = Math.floor(Date.now() / 1000);

  private constructor(readonly key: SigningKey) {
    this.published = [key.publicJwk];
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<LocalIssuer> {
    const issuer = new LocalIssuer(await signingKey('first'));
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often a path was asked for. */
  count(path: string): number {
    return this.requests[path] ?? 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A good access token for Alice by MessageWriter, but for what is given; `undefined` leaves a claim out. */
  mint(
    claims: Record<string, unknown> = {},
    header: Partial<JWTHeaderParameters> = {},
    key: SigningKey = this.key,
  ): Promise<string> {
    const now = this.#startedAt;
    const payload = {
      iss: this.url,
      aud: AUDIENCE,
      sub: 'alice',
      client_id: 'message-writer',
      scope: 'contacts.read',
      iat: now,
      exp: now + 300,
      jti: crypto.randomUUID(),
      ...claims,
    };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
      .sign(key.privateKey);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    this.requests[path] = this.count(path) + 1;
    const failing = this.failing.get(path);
    if (failing !== undefined) return reply(response, failing, { error: 'server_error' });
    switch (path) {
      case '/.well-known/openid-configuration':
        return reply(response, 200, {
          issuer: this.url,
          jwks_uri: `${this.url}/jwks`,
          introspection_endpoint: `${this.url}/introspect`,
          ...this.metadata,
        });
      case '/jwks':
        return reply(response, 200, { keys: this.published });
      case '/introspect':
        return this.#introspect(request, response);
      default:
        return reply(response, this.documents.has(path) ? 200 : 404, this.documents.get(path) ?? {});
    }
  }

  async #introspect(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    this.introspected.push({ authorization: request.headers.authorization, form });
    reply(response, 200, this.opaque.get(form.get('token') ?? '') ?? { active: false });
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
