import type { NonceSource } from '@eyrie/guard';
import { Injectable } from '@nestjs/common';
import { Secrets } from '../crypto/secrets.js';

/** A nonce is current for this time. After that it is accepted for the same time again. */
const periodSeconds = 300;

/** DPoP nonces (RFC 9449 §8 and §9), derived from the time: every process knows them, and nothing is stored. */
@Injectable()
export class DpopNonces implements NonceSource {
  constructor(private readonly secrets: Secrets) {}

  current(now: number): string {
    return this.secrets.hashNonce(String(slot(now)));
  }

  check(nonce: string, now: number): 'good' | 'ageing' | 'bad' {
    if (this.secrets.isNonce(String(slot(now)), nonce)) return 'good';
    return this.secrets.isNonce(String(slot(now) - 1), nonce) ? 'ageing' : 'bad';
  }
}

const slot = (now: number): number => Math.floor(now / periodSeconds);
