import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { countersOf, type NetworkLimit, waitFor } from '../../http/network-limits.js';
import { ThrottlesStore } from '../../persistence/stores/throttles.store.js';
import { OAuthError } from '../../protocol/errors.js';

/** What is counted for a client, in a window. */
interface Limit {
  readonly name: string;
  readonly maxCount: number;
  readonly windowSeconds: number;
}

/** Requests of one client. */
const perClient: Limit = { name: 'backchannel client', maxCount: 300, windowSeconds: 60 };
/** Requests of one client to one person. */
const perPerson: Limit = { name: 'backchannel person', maxCount: 10, windowSeconds: 3_600 };
/** Requests of one client that named nobody, and of one network. */
const unknown: NetworkLimit = { name: 'backchannel unknown person', maxCount: 20, windowSeconds: 900 };

/** Limits how often clients ask people, and how often they can try out who has an account here. Counted in the database. */
@Injectable()
export class BackchannelThrottle {
  constructor(
    private readonly store: ThrottlesStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts a request of a client.
   * @throws OAuthError temporarily_unavailable with status 429 if there were too many, or too many that named nobody
   */
  async admit(clientId: string, address: string): Promise<void> {
    const now = this.clock.now();
    refuse(await waitFor(unknownCounters(clientId, address), this.store, now));
    await this.count(perClient, [clientId]);
  }

  /** Counts a request that named nobody. */
  async noteUnknown(clientId: string, address: string): Promise<void> {
    const keys = unknownCounters(clientId, address).map(({ keyHash }) => keyHash);
    await this.store.countAll(keys, this.clock.now(), unknown.windowSeconds);
  }

  /**
   * Counts a request to a person.
   * @throws OAuthError temporarily_unavailable with status 429 if the client has asked them too often
   */
  async countFor(clientId: string, userId: string): Promise<void> {
    await this.count(perPerson, [clientId, userId]);
  }

  private async count({ name, maxCount, windowSeconds }: Limit, of: readonly string[]): Promise<void> {
    const now = this.clock.now();
    const { attempts, endsAt } = await this.store.count(keyOf(name, of), now, windowSeconds);
    refuse(attempts > maxCount ? endsAt - now : undefined);
  }
}

const keyOf = (name: string, of: readonly string[]): string => lookupHash(JSON.stringify([name, ...of]));

const unknownCounters = (clientId: string, address: string) => [
  ...countersOf(unknown, address),
  { keyHash: keyOf(unknown.name, [clientId]), maxCount: unknown.maxCount },
];

function refuse(retryAfter: number | undefined): void {
  if (retryAfter !== undefined)
    throw new OAuthError('temporarily_unavailable', 'there were too many requests of this client', {
      status: 429,
      retryAfter,
    });
}
