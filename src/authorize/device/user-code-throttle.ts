import { Injectable } from '@nestjs/common';
import { type NetworkLimit, NetworkLimits } from '../../http/network-limits.js';

/** Wrong codes. */
const guesses: NetworkLimit = { name: 'user code', maxCount: 20, windowSeconds: 900, isRecorded: true };

/**
 * Limits how many user codes can be guessed (RFC 8628 §5.1). The count is in the database, so that all replicas share it. There are
 * 20^8 codes: if a thousand of them are active, a network that uses every guess finds one in about thirty years.
 */
@Injectable()
export class UserCodeThrottle {
  constructor(private readonly limits: NetworkLimits) {}

  /** The seconds to wait if there were too many wrong codes, otherwise undefined. */
  async wait(address: string): Promise<number | undefined> {
    return this.limits.wait(guesses, address);
  }

  /** Counts a wrong code. Returns the seconds to wait if it was one too many, otherwise undefined. */
  async fail(address: string): Promise<number | undefined> {
    return this.limits.count(guesses, address);
  }
}
