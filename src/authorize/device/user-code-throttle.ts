import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { networkOf } from '../../http/network.js';
import { ThrottlesStore } from '../../persistence/stores/throttles.store.js';

/** Wrong codes from one network in one window. */
const maxGuesses = 20;
const guessWindowSeconds = 900;

/**
 * Limits how many user codes can be guessed (RFC 8628 §5.1). The count is in the database, so that all replicas share it. There are
 * 20^8 codes: if a thousand of them are active, a network that uses every guess finds one in about thirty years.
 */
@Injectable()
export class UserCodeThrottle {
  constructor(
    private readonly store: ThrottlesStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts an attempt before its code is looked up, so that parallel attempts are counted too.
   * @returns the seconds to wait if there were too many, otherwise undefined
   */
  async enter(address: string): Promise<number | undefined> {
    const now = this.clock.now();
    const { attempts, endsAt } = await this.store.count(keyOf(address), now, guessWindowSeconds);
    return attempts > maxGuesses ? endsAt - now : undefined;
  }

  /** A right code does not count. */
  async succeed(address: string): Promise<void> {
    await this.store.refund(keyOf(address));
  }
}

const keyOf = (address: string): string => lookupHash(`user code ${networkOf(address)}`);
