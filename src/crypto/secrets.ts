import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { DerivedKeys, keyedHash, type SealPurpose } from './derived-keys.js';

/** The characters of a compact serialization (RFC 7516 §7.1). */
const compactForm = /^[\w.-]+$/;

/** A value that was sealed, and the secret that opened it. */
export interface OpenedValue {
  readonly value: unknown;
  readonly by: SecretName;
}

/** `EYRIE_SECRET`, or `EYRIE_SECRET_PREVIOUS`. */
export type SecretName = 'current' | 'previous';

/** Keys that outlast the secret from which they were derived. They are kept sealed in the database. */
export interface LastingKeys {
  /** Keys the pairwise subjects, which clients store: they must never change (OIDC Core §8.1). */
  readonly subject: Uint8Array;
  /** Key the hashes of client secrets that were stored under former secrets. */
  readonly clientSecrets: readonly Uint8Array[];
}

/**
 * Sealed values (AEAD) and keyed hashes. They are made with `EYRIE_SECRET`; those made with `EYRIE_SECRET_PREVIOUS` are accepted too.
 */
export class Secrets {
  private readonly current: DerivedKeys;
  private readonly previous: DerivedKeys | undefined;
  private lasting: LastingKeys;

  constructor(secret: string, previous?: string) {
    this.current = new DerivedKeys(secret);
    this.previous = previous === undefined ? undefined : new DerivedKeys(previous);
    this.lasting = { subject: this.current.subject, clientSecrets: [] };
  }

  /** Whether values of another secret are accepted. */
  get hasPrevious(): boolean {
    return this.previous !== undefined;
  }

  /** Encrypts and authenticates a JSON value: a compact JWE, dir with A256GCM (RFC 7516), safe in URLs. */
  async seal(purpose: SealPurpose, value: unknown): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(this.current.sealKey(purpose));
  }

  /** The sealed value; undefined if it is damaged, forged, or sealed for another purpose or with another secret. */
  async unseal(purpose: SealPurpose, sealed: string): Promise<unknown> {
    return (await this.open(purpose, sealed))?.value;
  }

  /** The sealed value and the secret that opened it; undefined as in {@link unseal}. */
  async open(purpose: SealPurpose, sealed: string): Promise<OpenedValue | undefined> {
    // Base64url decoders skip white space, which must not get into our URLs.
    if (!compactForm.test(sealed)) return undefined;
    for (const by of ['current', 'previous'] as const) {
      const key = this[by]?.sealKey(purpose);
      const opened = key && (await decrypt(sealed, key));
      if (opened) return { ...opened, by };
    }
    return undefined;
  }

  /** The stored form of a client secret: HMAC-SHA-256 under the service's secret. Fast to check, and useless without that secret. */
  hashClientSecret(secret: string): string {
    return keyedHash(this.current.clientSecret, secret);
  }

  /** Every form in which a client secret may be stored, the one of `hashClientSecret` first. */
  clientSecretHashes(secret: string): string[] {
    const others = this.previous ? [this.previous.clientSecret] : [];
    return [this.current.clientSecret, ...others, ...this.lasting.clientSecrets].map((key) =>
      keyedHash(key, secret),
    );
  }

  /** A pairwise subject: 43 base64url characters, the same for a user in a sector, not reversible (OIDC Core §8.1). */
  pairwiseSubject(sector: string, userId: string): string {
    return keyedHash(this.lasting.subject, JSON.stringify([sector, userId]));
  }

  /** The DPoP nonce with this number: only this service can compute it. */
  hashNonce(count: string): string {
    return this.current.hashNonce(count);
  }

  /** Whether this is the DPoP nonce with this number, of either secret. */
  isNonce(count: string, nonce: string): boolean {
    const [isCurrent, isPrevious] = [this.current, this.previous].map(
      (keys) => keys !== undefined && sameHash(keys.hashNonce(count), nonce),
    );
    return isCurrent === true || isPrevious === true;
  }

  /** The stored form of a code that is mailed, too short for a plain hash: useless without the service's secret. */
  hashMailedCode(code: string): string {
    return this.current.hashMailedCode(code);
  }

  /** Every form in which a mailed code may be stored. */
  mailedCodeHashes(code: string): string[] {
    return [this.current, ...(this.previous ? [this.previous] : [])].map((keys) => keys.hashMailedCode(code));
  }

  /** Uses keys that were derived from former secrets. */
  adopt(lasting: LastingKeys): void {
    this.lasting = lasting;
  }

  /** The keys of a secret that are to outlast it; undefined if there is no such secret. */
  lastingKeysOf(name: SecretName): { subject: Uint8Array; clientSecret: Uint8Array } | undefined {
    const keys = this[name];
    return keys && { subject: keys.subject, clientSecret: keys.clientSecret };
  }
}

async function decrypt(sealed: string, key: Uint8Array): Promise<{ readonly value: unknown } | undefined> {
  try {
    const { plaintext } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return { value: JSON.parse(new TextDecoder().decode(plaintext)) };
  } catch {
    return undefined;
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
