import { type CountedNetwork, ErrorBudget } from './error-budget.js';

/** A token request that was refused. */
export interface TokenRefusal {
  /** The error code of the response. */
  readonly error: string;
  /** What the response says. */
  readonly reason: string;
  /** The reference of the request. */
  readonly request: string;
  /** Undefined if the request has none that there is. */
  readonly grantType: string | undefined;
  readonly clientId: string | undefined;
  /** Whether the client has authenticated, or only named itself. */
  readonly isAuthenticated: boolean;
  readonly address: string;
  /** The networks that it came from, the smallest first. */
  readonly networks: readonly CountedNetwork[];
}

/** Refusals that are recorded together. */
export interface CountedRefusals {
  readonly error: string;
  /** The first of them; undefined for those that are counted by their error alone. */
  readonly first: TokenRefusal | undefined;
  /** When the first of them came, in seconds since the epoch. */
  readonly at: number;
  readonly count: number;
}

/**
 * Counts refusals by client, grant type, error and network, so that no number of requests can fill the audit trail. A network has room for
 * 60 events a minute and all of them for 480; what has no room is counted by its error alone until the minute ends.
 */
export class RefusalCounts {
  private readonly kinds = new Map<string, CountedRefusals>();
  private readonly others = new Map<string, CountedRefusals>();
  private readonly budget = new ErrorBudget();

  /** @param now seconds since the epoch */
  add(refusal: TokenRefusal, now: number): void {
    const { error, clientId, isAuthenticated, grantType, networks } = refusal;
    const kind = JSON.stringify([error, clientId, isAuthenticated, grantType, networks[0]?.name]);
    if (this.kinds.has(kind)) return count(this.kinds, kind, { error, first: refusal, at: now });
    if (this.budget.take(networks, now)) return count(this.kinds, kind, { error, first: refusal, at: now });
    count(this.others, error, { error, first: undefined, at: now });
  }

  get isEmpty(): boolean {
    return this.kinds.size === 0 && this.others.size === 0;
  }

  /**
   * Removes what is to be recorded now.
   * @param isLast whether nothing is taken later: then the minute counts as over
   */
  take(now: number, isLast = false): CountedRefusals[] {
    const others = [...this.others.entries()].filter(([, { at }]) => isLast || minuteOf(at) < minuteOf(now));
    const taken = [...this.kinds.values(), ...others.map(([, counted]) => counted)];
    this.kinds.clear();
    for (const [error] of others) this.others.delete(error);
    return taken;
  }
}

const minuteOf = (seconds: number): number => Math.floor(seconds / 60);

function count(
  counts: Map<string, CountedRefusals>,
  key: string,
  first: Omit<CountedRefusals, 'count'>,
): void {
  const former = counts.get(key);
  counts.set(key, former ? { ...former, count: former.count + 1 } : { ...first, count: 1 });
}
