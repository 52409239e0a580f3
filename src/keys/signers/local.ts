import { constants, createPrivateKey, sign } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Secrets } from '../../crypto/secrets.js';
import type { Signer, SigningAlgorithm } from '../jws.js';
import { WrongSecretError } from '../wrong-secret.js';
import type { NewKeyPair, SignerKind, StoredKey } from './signer-kind.js';

/** The arguments of `node:crypto` for each algorithm (RFC 7518 §3, RFC 8037 §3.1). */
const parameters: Readonly<Record<SigningAlgorithm, { digest: string | null; options: object }>> = {
  RS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } },
  PS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  ES256: { digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { digest: null, options: {} },
};

/** Keys in the database, encrypted under `EYRIE_SECRET`. */
export class LocalSigner implements SignerKind {
  readonly name = 'local';
  readonly problem = undefined;

  constructor(private readonly secrets: Secrets) {}

  async start(): Promise<void> {
    // The database is there already.
  }

  supports(): boolean {
    return true;
  }

  async generate(alg: SigningAlgorithm): Promise<NewKeyPair> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
    return {
      publicJwk: await exportJWK(publicKey),
      privateJwkSealed: await this.secrets.seal('signing-key', await exportJWK(privateKey)),
      reference: null,
    };
  }

  /**
   * Signs on the thread pool. Most of the service's CPU time is spent here, and this costs half as much as signing with WebCrypto.
   * @throws WrongSecretError if the secrets of the service do not open the key
   */
  async open({ alg, privateJwkSealed }: StoredKey): Promise<Signer> {
    const jwk = await this.secrets.unseal('signing-key', privateJwkSealed);
    if (jwk === undefined) throw new WrongSecretError(this.secrets, 'the signing keys');
    const { digest, options } = parameters[alg as SigningAlgorithm];
    const key = { key: createPrivateKey({ key: jwk as JWK, format: 'jwk' }), ...options };
    return {
      sign: (data) =>
        new Promise((resolve, reject) => {
          sign(digest, data, key, (error, signature) => (error ? reject(error) : resolve(signature)));
        }),
    };
  }

  async has(): Promise<boolean> {
    return true;
  }

  async destroy(): Promise<void> {
    // The key goes with its row.
  }

  async close(): Promise<void> {
    // There is nothing to close.
  }
}
