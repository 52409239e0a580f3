import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { HealthDetails } from '../../http/health-details.js';
import { UpstreamAwayError } from './protocols/protocol.js';

/** After so many failures in a row an upstream is not asked for a while. */
const maxFailures = 3;
const pauseSeconds = 30;

interface State {
  failures: number;
  /** Seconds since the epoch; 0 while it is asked. */
  openUntil: number;
  lastProblem: string;
}

/** How an upstream does, as this process knows. */
interface UpstreamState {
  readonly failures: number;
  readonly is_left_alone: boolean;
}

/**
 * Keeps sign-ins from waiting for an upstream that is away: after some failures in a row it is left alone for half a minute; then one
 * sign-in tries again.
 */
@Injectable()
export class UpstreamBreaker {
  private readonly states = new Map<string, State>();

  constructor(
    private readonly clock: Clock,
    details: HealthDetails,
  ) {
    details.register('upstreams', () => this.away());
  }

  /**
   * Asks the upstream, unless it is left alone.
   * @throws UpstreamAwayError
   */
  async ask<Answer>(alias: string, work: () => Promise<Answer>): Promise<Answer> {
    const state = this.states.get(alias);
    if (state && state.openUntil > this.clock.now())
      throw new UpstreamAwayError(`it is not asked at present: ${state.lastProblem}`);
    // Whoever comes while the next attempt is under way does not wait for it.
    if (state && state.failures >= maxFailures) state.openUntil = this.clock.now() + pauseSeconds;
    try {
      const answer = await work();
      this.states.delete(alias);
      return answer;
    } catch (error) {
      // What a browser has brought says nothing about the upstream: anybody could close it for all.
      if (!(error instanceof UpstreamAwayError)) this.states.delete(alias);
      else if (error.isObserved) this.fail(alias, error.message);
      throw error;
    }
  }

  /** The upstreams that did not answer the last time; undefined if all did. */
  private away(): Readonly<Record<string, UpstreamState>> | undefined {
    if (this.states.size === 0) return undefined;
    const now = this.clock.now();
    return Object.fromEntries(
      [...this.states].map(([alias, { failures, openUntil }]) => [
        alias,
        { failures, is_left_alone: openUntil > now },
      ]),
    );
  }

  private fail(alias: string, lastProblem: string): void {
    const failures = (this.states.get(alias)?.failures ?? 0) + 1;
    const openUntil = failures >= maxFailures ? this.clock.now() + pauseSeconds : 0;
    this.states.set(alias, { failures, openUntil, lastProblem });
  }
}
