import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';

/** The purpose of a sealed value. A value sealed for one purpose cannot be unsealed for another. */
export type SealPurpose =
  | 'signing-key'
  | 'client-secret'
  | 'interaction'
  | 'answer'
  | 'device'
  | 'sign-out'
  | 'password-change'
  | 'way-back'
  | 'notice';

/** The characters of a compact serialization (RFC 7516 §7.1). */
const compactForm = /^[\w.-]+$/;

/** Keys derived from `EYRIE_SECRET`: sealed values (AEAD) and keyed hashes. */
export class Secrets {
  private readonly sealKeys = new Map<SealPurpose, Uint8Array>();
  private readonly clientSecretKey: Uint8Array;
  private readonly subjectKey: Uint8Array;
  private readonly nonceKey: Uint8Array;
  readonly csrfKey: string;

  constructor(private readonly secret: string) {
    this.clientSecretKey = this.derive('client-secret');
    this.subjectKey = this.derive('pairwise-subject');
    this.nonceKey = this.derive('dpop-nonce');
    this.csrfKey = Buffer.from(this.derive('csrf')).toString('base64url');
  }

  /** Encrypts and authenticates a JSON value: a compact JWE, dir with A256GCM (RFC 7516), safe in URLs. */
  async seal(purpose: SealPurpose, value: unknown): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(this.sealKey(purpose));
  }

  /** The sealed value; undefined if it is damaged, forged, or sealed for another purpose or with another secret. */
  async unseal(purpose: SealPurpose, sealed: string): Promise<unknown> {
    // Base64url decoders skip white space, which must not get into our URLs.
    if (!compactForm.test(sealed)) return undefined;
    try {
      const { plaintext } = await compactDecrypt(sealed, this.sealKey(purpose), {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return JSON.parse(new TextDecoder().decode(plaintext));
    } catch {
      return undefined;
    }
  }

  /** The stored form of a client secret: HMAC-SHA-256 under the service's secret. Fast to check, and useless without that secret. */
  hashClientSecret(secret: string): string {
    return createHmac('sha256', this.clientSecretKey).update(secret).digest('base64url');
  }

  /** A pairwise subject: 43 base64url characters, the same for a user in a sector, not reversible (OIDC Core §8.1). */
  pairwiseSubject(sector: string, userId: string): string {
    return createHmac('sha256', this.subjectKey)
      .update(JSON.stringify([sector, userId]))
      .digest('base64url');
  }

  /** The DPoP nonce with this number: only this service can compute it. */
  hashNonce(count: string): string {
    return createHmac('sha256', this.nonceKey).update(count).digest('base64url');
  }

  private sealKey(purpose: SealPurpose): Uint8Array {
    let key = this.sealKeys.get(purpose);
    if (!key) this.sealKeys.set(purpose, (key = this.derive(`seal:${purpose}`)));
    return key;
  }

  private derive(info: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.secret, 'eyrie', info, 32));
  }
}

/** Whether two hashes are equal, compared in constant time. */
export function sameHash(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Encrypts the successor of a rotated refresh token under its parent. Only a client that presents the parent again (within the
 * grace window) can read it; the database alone yields neither. Each key is used once, so the nonce may be fixed.
 */
export function sealSuccessor(parent: string, successor: string): string {
  const cipher = createCipheriv('aes-256-gcm', successorKey(parent), Buffer.alloc(12));
  return Buffer.concat([cipher.update(successor, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

/** The successor that `sealSuccessor` encrypted under this parent. */
export function openSuccessor(parent: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', successorKey(parent), Buffer.alloc(12));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
}

function successorKey(parent: string): Buffer {
  return createHmac('sha256', 'eyrie refresh token successor').update(parent).digest();
}
