import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';

/** What a sealed value is for; a value sealed for one purpose does not open for another. */
export type SealPurpose = 'signing-key' | 'client-secret' | 'interaction' | 'device' | 'sign-out';

/** The characters of a compact serialization (RFC 7516 §7.1). */
const compactForm = /^[\w.-]+$/;

/** Keys derived from `EYRIE_SECRET`: sealed values (AEAD) and keyed hashes. */
export class Secrets {
  private readonly sealKeys = new Map<SealPurpose, Uint8Array>();
  private readonly clientSecretKey: Uint8Array;
  readonly csrfKey: string;

  constructor(private readonly secret: string) {
    this.clientSecretKey = this.derive('client-secret');
    this.csrfKey = Buffer.from(this.derive('csrf')).toString('base64url');
  }

  /** Encrypts and authenticates a JSON value: a compact JWE, dir with A256GCM (RFC 7516), safe in URLs. */
  async seal(purpose: SealPurpose, value: unknown): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(this.sealKey(purpose));
  }

  /** The value sealed for that purpose, or undefined when it is damaged, forged, or sealed with another secret. */
  async unseal(purpose: SealPurpose, sealed: string): Promise<unknown> {
    // Decoders of base64url skip white space, and what was unsealed is used in URLs.
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

  /** Client secrets are kept as HMAC-SHA-256 under the service's secret: fast to check, and useless to whoever has the database alone. */
  hashClientSecret(secret: string): string {
    return createHmac('sha256', this.clientSecretKey).update(secret).digest('base64url');
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

/** Whether two strings of hash form are the same, in constant time. */
export function sameHash(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Encrypts the successor of a rotated refresh token under its parent, so that only who presents the parent again
 * (within the grace window) can read it; the database alone yields neither. Each key is used once, hence the fixed nonce.
 */
export function sealSuccessor(parent: string, successor: string): string {
  const cipher = createCipheriv('aes-256-gcm', successorKey(parent), Buffer.alloc(12));
  return Buffer.concat([cipher.update(successor, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

/** The successor that `sealSuccessor` hid under this parent. */
export function openSuccessor(parent: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', successorKey(parent), Buffer.alloc(12));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
}

function successorKey(parent: string): Buffer {
  return createHmac('sha256', 'eyrie refresh token successor').update(parent).digest();
}
