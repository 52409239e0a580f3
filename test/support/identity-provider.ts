import { createHash, randomBytes } from 'node:crypto';
import {
  exportJWK,
  generateKeyPair,
  type CryptoKey,
  type JWTHeaderParameters,
  type JWTPayload,
  type SignOptions,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { type KeyHost, startKeyHost } from './key-host.js';

/** What an authorization request asked of the provider. */
type Asked = URLSearchParams;

/** How the provider answers. Each part can be wrong on purpose. */
export interface ProviderAnswer {
  /** Claims of the ID token beside those that it must have; undefined leaves one out. */
  readonly claims?: JWTPayload;
  /** Parameters of the authorization response; null leaves one out. */
  readonly parameters?: Readonly<Record<string, string | null>>;
  /** The ID token has no signature. */
  readonly unsigned?: boolean;
  /** The ID token is signed with a key that is not published. */
  readonly withOtherKey?: boolean;
}

/** An OpenID provider on loopback that signs in whom a test says, and answers as a test says. */
export class IdentityProvider {
  /** The parameters of the last token request. */
  tokenRequest: URLSearchParams | undefined;
  tokenAuthorization: string | undefined;
  userinfo: Record<string, unknown> | undefined;
  /** The status of every answer, if it is none of success. */
  fault: number | undefined;
  private readonly codes = new Map<string, { asked: Asked; answer: ProviderAnswer }>();

  private constructor(
    readonly host: KeyHost,
    private readonly key: CryptoKey,
    private readonly otherKey: CryptoKey,
  ) {}

  static async start(): Promise<IdentityProvider> {
    const host = await startKeyHost();
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const { privateKey: otherKey } = await generateKeyPair('ES256');
    const provider = new IdentityProvider(host, privateKey, otherKey);
    const jwk = { ...(await exportJWK(publicKey)), kid: 'key', alg: 'ES256', use: 'sig' };
    host.documents.set('/jwks', { keys: [jwk] });
    provider.publish();
    return provider;
  }

  get issuer(): string {
    return this.host.url('');
  }

  /** Publishes its metadata, with other members than usual. */
  publish(metadata: Record<string, unknown> = {}): void {
    const document = {
      issuer: this.issuer,
      authorization_endpoint: this.host.url('/authorize'),
      token_endpoint: this.host.url('/token'),
      userinfo_endpoint: this.host.url('/userinfo'),
      jwks_uri: this.host.url('/jwks'),
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      ...metadata,
    };
    this.host.documents.set(
      '/.well-known/openid-configuration',
      this.answering(() => document),
    );
    this.host.documents.set(
      '/userinfo',
      this.answering(() => this.userinfo ?? {}),
    );
    this.host.documents.set(
      '/token',
      this.answering((body, authorization) => this.redeem(body, authorization)),
    );
  }

  /** Signs somebody in at the URL to which a browser was sent. @returns the callback to which it sends the browser back */
  authorize(url: string, answer: ProviderAnswer = {}): string {
    const { searchParams: asked } = new URL(url);
    const code = randomBytes(8).toString('hex');
    this.codes.set(code, { asked, answer });
    const callback = new URL(asked.get('redirect_uri') ?? '');
    const parameters = { code, state: asked.get('state'), iss: this.issuer, ...answer.parameters };
    for (const [name, value] of Object.entries(parameters))
      if (value !== null) callback.searchParams.set(name, value);
    return callback.href;
  }

  /** Signs any JWT with its key. @param header what stands in it beside `alg`, or instead */
  sign(
    claims: JWTPayload,
    header: Partial<JWTHeaderParameters> = {},
    options?: SignOptions,
  ): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'key', ...header })
      .sign(this.key, options);
  }

  stop(): Promise<void> {
    return this.host.stop();
  }

  private async redeem(body: URLSearchParams, authorization: string | undefined): Promise<object> {
    this.tokenRequest = body;
    this.tokenAuthorization = authorization;
    const kept = this.codes.get(body.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    if (!kept || kept.asked.get('code_challenge') !== challenge) return { error: 'invalid_grant' };
    const { asked, answer } = kept;
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: this.issuer,
      sub: 'subject',
      aud: asked.get('client_id') ?? '',
      nonce: asked.get('nonce') ?? undefined,
      iat: now,
      exp: now + 300,
      ...answer.claims,
    };
    const idToken = answer.unsigned
      ? new UnsecuredJWT(claims).encode()
      : await new SignJWT(claims)
          .setProtectedHeader({ alg: 'ES256', kid: 'key' })
          .sign(answer.withOtherKey ? this.otherKey : this.key);
    const isOpenid = asked.get('scope')?.split(' ').includes('openid');
    return { access_token: 'token', token_type: 'Bearer', ...(isOpenid && { id_token: idToken }) };
  }

  private answering(
    make: (body: URLSearchParams, authorization: string | undefined) => object | Promise<object>,
  ): unknown {
    return (
      request: AsyncIterable<Buffer> & { headers: { authorization?: string } },
      response: {
        writeHead(status: number, headers: Record<string, string>): { end(body: string): void };
      },
    ) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        const body = new URLSearchParams(Buffer.concat(chunks).toString());
        const answer = await make(body, request.headers.authorization);
        const status = this.fault ?? ('error' in answer ? 400 : 200);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      })();
    };
  }
}
