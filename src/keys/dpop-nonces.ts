import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { sameHash, Secrets } from '../crypto/secrets.js';

/** Seconds after which there is another nonce; the one before is taken for as long again. */
const period = 300;

/** Nonces of DPoP proofs (RFC 9449 §8 and §9): derived from the time, so that every process knows them and nothing is stored. */
@Injectable()
export class DpopNonces {
  constructor(
    private readonly secrets: Secrets,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  get isRequired(): boolean {
    return this.settings.dpopNonce;
  }

  accepts(nonce: unknown): boolean {
    if (typeof nonce !== 'string') return false;
    const present = this.present();
    return [present, present - 1].some((count) => sameHash(this.secrets.hashNonce(String(count)), nonce));
  }

  /** Tells the client which nonce its next proof needs, where one is needed at all. */
  offer(reply: FastifyReply): void {
    if (this.isRequired) reply.header('dpop-nonce', this.secrets.hashNonce(String(this.present())));
  }

  private present(): number {
    return Math.floor(this.clock.now() / period);
  }
}
