import { createHmac, timingSafeEqual } from 'node:crypto';

/** Where the nonces of DPoP proofs come from (RFC 9449 §9). Times are seconds since the epoch. */
export interface NonceSource {
  /** The nonce that proofs are to have from now on. */
  current(now: number): string;
  /** Whether a nonce is good; `ageing` when the next proof had better use a newer one. */
  check(nonce: string, now: number): 'good' | 'ageing' | 'bad';
}

/**
 * Nonces for DPoP proofs (RFC 9449 §9) that need no memory: replicas with the same secret know each other's. Times are
 * seconds.
 */
export class Nonces implements NonceSource {
  readonly #secret: string;
  readonly #lifetime: number;

  /** @param lifetime how long a nonce is good at least; at most it is twice as long */
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
