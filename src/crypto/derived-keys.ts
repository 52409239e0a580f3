import { createHash, createHmac, hkdfSync } from 'node:crypto';

/** The purpose of a sealed value. A value sealed for one purpose cannot be unsealed for another. */
export type SealPurpose =
  | 'signing-key'
  | 'client-secret'
  | 'kept-key'
  | 'authenticator'
  | 'interaction'
  | 'answer'
  | 'delivery'
  | 'device'
  | 'sign-out'
  | 'sign-in-progress'
  | 'enrolment'
  | 'passkey-challenge'
  | 'way-back'
  | 'upstream'
  | 'upstream-request'
  | 'upstream-sign-out'
  | 'upstream-identity'
  | 'notice'
  | 'audit-seal'
  | 'repeatable-request';

/** The keys that follow from one secret of the service (HKDF, RFC 5869). */
export class DerivedKeys {
  readonly clientSecret: Uint8Array;
  readonly subject: Uint8Array;
  private readonly nonce: Uint8Array;
  private readonly mailedCode: Uint8Array;
  private readonly sealKeys = new Map<SealPurpose, Uint8Array>();

  constructor(private readonly secret: string) {
    this.clientSecret = this.derive('client-secret');
    this.subject = this.derive('pairwise-subject');
    this.nonce = this.derive('dpop-nonce');
    this.mailedCode = this.derive('mailed-code');
  }

  sealKey(purpose: SealPurpose): Uint8Array {
    let key = this.sealKeys.get(purpose);
    if (!key) this.sealKeys.set(purpose, (key = this.derive(`seal:${purpose}`)));
    return key;
  }

  hashNonce(count: string): string {
    return keyedHash(this.nonce, count);
  }

  hashMailedCode(text: string): string {
    return keyedHash(this.mailedCode, text);
  }

  private derive(info: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.secret, 'eyrie', info, 32));
  }
}

/** HMAC-SHA-256: 43 base64url characters. */
export function keyedHash(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** A name for a key that does not give it away: 16 base64url characters. */
export function fingerprint(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 16);
}
