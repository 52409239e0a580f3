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
/** Requests of one network that named nobody. */
const unknown: NetworkLimit = { name: 'backchannel unknown person', maxCount: 20, windowSeconds: 900 };
/** Those of one client from all networks: some mistyped names at one place keep no other from asking. */
const maxUnknownOfClient = 100;

/** Limits how often clients ask people, and how often they can try out who has an account here. Counted in the database. */
@Injectable()
export class BackchannelThrottle {
  constructor(
    private readonly store: ThrottlesStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts a request of a client.
   * @throws OAuthError temporarily_unavailable with status 429 if there were too many
   */
  async admit(clientId: string): Promise<void> {
    await this.count(perClient, [clientId]);
  }

  /**
   * Looked at before somebody is searched for by a name, and once more before it is said that there is somebody: of names that are tried
   * at once, no more find out than of those tried one by one. An ID token names nobody by guessing.
   * @throws OAuthError temporarily_unavailable with status 429 if too many names were nobody's
   */
  async admitName(clientId: string, address: string): Promise<void> {
    refuse(await waitFor(unknownCounters(clientId, address), this.store, this.clock.now()));
  }

  /**
   * Counts a request that named nobody.
   * @throws OAuthError temporarily_unavailable with status 429 if it is one too many
   */
  async noteUnknown(clientId: string, address: string): Promise<void> {
    const now = this.clock.now();
    const counters = unknownCounters(clientId, address);
    const keys = counters.map(({ keyHash }) => keyHash);
    const counts = await this.store.countAll(keys, now, unknown.windowSeconds);
    const exceeded = counts.filter(({ attempts }, index) => attempts > (counters[index]?.maxCount ?? 0));
    refuse(exceeded.length > 0 ? Math.max(...exceeded.map(({ endsAt }) => endsAt)) - now : undefined);
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
  { keyHash: keyOf(unknown.name, [clientId]), maxCount: maxUnknownOfClient },
];

function refuse(retryAfter: number | undefined): void {
  if (retryAfter !== undefined)
    throw new OAuthError('temporarily_unavailable', 'there were too many requests of this client', {
      status: 429,
      retryAfter,
    });
}
