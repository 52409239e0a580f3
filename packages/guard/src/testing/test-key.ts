import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** A signing key of a test issuer. */
export class TestKey {
  private constructor(
    private readonly privateKey: CryptoKey,
    private readonly header: { readonly alg: string; readonly kid: string },
    /** The public key, as the issuer publishes it. */
    readonly published: JWK,
  ) {}

  static async create(alg: string): Promise<TestKey> {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    const header = { alg, kid: crypto.randomUUID() };
    return new TestKey(privateKey, header, { ...(await exportJWK(publicKey)), ...header, use: 'sig' });
  }

  /** Signs an access token with the `typ` at+jwt (RFC 9068 §2.1). */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ ...this.header, typ: 'at+jwt' }).sign(this.privateKey);
  }
}
