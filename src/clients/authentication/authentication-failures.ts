import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Changes } from '../../audit/changes.js';
import { Clock } from '../../config/clock.js';
import { networksOf } from '../../http/network.js';

const windowSeconds = 900;
/** Recorded events that are remembered. */
const maxRecorded = 10_000;

/** Keeps in the audit trail that clients failed to authenticate. A flood of failures does not fill it. */
@Injectable()
export class AuthenticationFailures {
  /** When what was recorded may be recorded again (seconds since the epoch). */
  private readonly recorded = new LRUCache<string, number>({ max: maxRecorded });

  constructor(
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /**
   * Records an event, once in a window for a client and a network, the widest of its address.
   * @param clientId undefined for an unknown client, of which nothing is recorded
   */
  async record(
    event: 'client.authentication_failed' | 'client.secret_guessed',
    clientId: string | undefined,
    address: string,
  ): Promise<void> {
    if (clientId === undefined) return;
    const key = JSON.stringify([event, clientId, networksOf(address).at(-1)?.name]);
    const now = this.clock.now();
    if ((this.recorded.get(key) ?? 0) > now) return;
    this.recorded.set(key, now + windowSeconds);
    await this.changes.note({ event, actor: `client:${clientId}`, clientId, address });
  }
}
