import type { JWK } from 'jose';
import type { SignerName, SigningKey } from '../../persistence/entities/signing-key.entity.js';
import type { Signer, SigningAlgorithm } from '../jws.js';

/** What a row says of a private key. */
export type StoredKey = Pick<SigningKey, 'kid' | 'alg' | 'privateJwkSealed' | 'reference'>;

/** A key pair that was just made. */
export interface NewKeyPair extends Pick<SigningKey, 'privateJwkSealed' | 'reference'> {
  readonly publicJwk: JWK;
}

/** A place where private keys are made, kept and used. */
export interface SignerKind {
  readonly name: SignerName;

  /**
   * Makes sure that it can be used, before the service starts.
   * @throws SettingError that names the setting and the remedy
   */
  start(): Promise<void>;

  /** Whether it has keys of this algorithm. */
  supports(alg: SigningAlgorithm): boolean;

  /** Why it cannot sign at present; undefined if it can, as far as is known. */
  readonly problem: string | undefined;

  /** @throws SignerAwayError */
  generate(alg: SigningAlgorithm): Promise<NewKeyPair>;

  /** The key of a row, ready to sign. */
  open(key: StoredKey): Promise<Signer>;

  /** Whether the private key of a row is where it should be. @throws SignerAwayError */
  has(key: StoredKey): Promise<boolean>;

  /** Destroys a private key. Nothing happens if it is gone. @throws SignerAwayError */
  destroy(key: StoredKey): Promise<void>;

  close(): Promise<void>;
}
