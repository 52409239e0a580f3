import { randomBytes } from 'node:crypto';
import type { Clock } from '../../config/clock.js';
import { SettingError } from '../../config/setting-error.js';
import type { Pkcs11Settings } from '../../config/signer-settings.js';
import type { Signer, SigningAlgorithm } from '../jws.js';
import { mechanisms } from './pkcs11/mechanisms.js';
import { Token } from './pkcs11/token.js';
import { SignerAwayError } from './signer-away.js';
import type { NewKeyPair, SignerKind, StoredKey } from './signer-kind.js';

const idBytes = 16;

/** Keys in a PKCS#11 token. The database has their public part, and the CKA_ID by which the token knows them. */
export class Pkcs11Signer implements SignerKind {
  readonly name = 'pkcs11';
  private readonly token: Token | undefined;

  /** @param settings undefined if there is no token: its keys are still known, but cannot sign */
  constructor(settings: Pkcs11Settings | undefined, clock: Clock) {
    this.token = settings && new Token(settings, clock);
  }

  get problem(): string | undefined {
    return this.token?.problem;
  }

  async start(): Promise<void> {
    await this.token?.start();
  }

  supports(alg: SigningAlgorithm): boolean {
    const { generation, signing } = mechanisms[alg];
    const known = this.token?.mechanisms;
    return known !== undefined && known.has(generation) && known.has(signing.mechanism);
  }

  async generate(alg: SigningAlgorithm): Promise<NewKeyPair> {
    const algorithm = mechanisms[alg];
    const reference = randomBytes(idBytes).toString('hex');
    const values = await this.required().use((connection) =>
      connection.generate(reference, `eyrie ${alg}`, algorithm),
    );
    return { publicJwk: algorithm.jwkOf(values), privateJwkSealed: '', reference };
  }

  /** The token is asked for the key when it first signs: it may be away. */
  async open({ kid, alg, reference }: StoredKey): Promise<Signer> {
    const id = idOf(kid, reference);
    const algorithm = mechanisms[alg as SigningAlgorithm];
    return {
      sign: async (data) => this.required().use((connection) => connection.sign(id, algorithm, data)),
    };
  }

  async has({ kid, reference }: StoredKey): Promise<boolean> {
    return this.required().use((connection) => connection.has(idOf(kid, reference)));
  }

  async destroy({ kid, reference }: StoredKey): Promise<void> {
    await this.required().use((connection) => connection.destroy(idOf(kid, reference)));
  }

  async close(): Promise<void> {
    await this.token?.close();
  }

  private required(): Token {
    if (this.token) return this.token;
    throw new SignerAwayError('the key is in a PKCS#11 token, but EYRIE_PKCS11_MODULE is not set');
  }
}

function idOf(kid: string, reference: string | null): string {
  if (reference !== null) return reference;
  throw new SettingError(`the signing key ${kid} has no reference to its token: restore the database`);
}
