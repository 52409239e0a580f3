import { createHmac, timingSafeEqual } from 'node:crypto';

/** Supplies and checks the nonces of DPoP proofs (RFC 9449 §9). Times are seconds since the epoch. */
export interface NonceSource {
  /** The nonce for new proofs. */
  current(now: number): string;
  /** Whether a nonce is accepted; `ageing` if it is, but the client should use a newer one next time. */
  check(nonce: string, now: number): 'good' | 'ageing' | 'bad';
}

/**
 * Nonces for DPoP proofs (RFC 9449 §9), derived from a secret and the time. Nothing is stored, and replicas with the same secret accept
 * each other's nonces. Times are seconds.
 */
export class Nonces implements NonceSource {
  readonly #secret: string;
  readonly #lifetime: number;

  /** @param lifetime how long a nonce is accepted at least; at most, it is twice as long */
  constructor(secret: string, lifetime: number) {
    this.#secret = secret;
    this.#lifetime = lifetime;
  }

  current(now: number): string {
    return this.#nonce(this.#slot(now));
  }

  check(nonce: string, now: number): 'good' | 'ageing' | 'bad' {
    const slot = this.#slot(now);
    if (same(nonce, this.#nonce(slot))) return 'good';
    return same(nonce, this.#nonce(slot - 1)) ? 'ageing' : 'bad';
  }

  #slot(now: number): number {
    return Math.floor(now / this.#lifetime);
  }

  #nonce(slot: number): string {
    return createHmac('sha256', this.#secret).update(`DPoP nonce ${slot}`).digest('base64url');
  }
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
