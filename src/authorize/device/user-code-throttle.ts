import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { networkOf } from '../../http/network.js';
import { ThrottlesStore } from '../../persistence/stores/throttles.store.js';

/** Wrong codes from one address in one window. */
export const mostGuesses = 20;
/** Seconds. */
export const guessWindow = 900;

/**
 * Bounds how many user codes can be guessed (RFC 8628 §5.1), counted in the database, so that all replicas count together. With
 * 20^8 codes, a thousand of them alive, an address that uses up every window finds one in some thirty years.
 */
@Injectable()
export class UserCodeThrottle {
  constructor(
    private readonly store: ThrottlesStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts an attempt before it is looked at, so that parallel ones cannot slip through.
   * @returns the seconds to wait when there were too many, else undefined
   */
  async enter(address: string): Promise<number | undefined> {
    const now = this.clock.now();
    const { attempts, endsAt } = await this.store.count(keyOf(address), now, guessWindow);
    return attempts > mostGuesses ? endsAt - now : undefined;
  }

  /** The code was right: it does not count. */
  async succeed(address: string): Promise<void> {
    await this.store.refund(keyOf(address));
  }
}

const keyOf = (address: string): string => lookupHash(`user code ${networkOf(address)}`);
