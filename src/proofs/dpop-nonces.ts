import type { NonceSource } from '@eyrie/guard';
import { Injectable } from '@nestjs/common';
import { sameHash, Secrets } from '../crypto/secrets.js';

/** A nonce is current for this time. After that it is accepted for the same time again. */
const periodSeconds = 300;

/** DPoP nonces (RFC 9449 §8 and §9), derived from the time: every process knows them, and nothing is stored. */
@Injectable()
export class DpopNonces implements NonceSource {
  constructor(private readonly secrets: Secrets) {}

  current(now: number): string {
    return this.nonce(slot(now));
  }

  check(nonce: string, now: number): 'good' | 'ageing' | 'bad' {
    if (sameHash(this.nonce(slot(now)), nonce)) return 'good';
    return sameHash(this.nonce(slot(now) - 1), nonce) ? 'ageing' : 'bad';
  }

  private nonce(count: number): string {
    return this.secrets.hashNonce(String(count));
  }
}

const slot = (now: number): number => Math.floor(now / periodSeconds);
