import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { HealthDetails } from '../../http/health-details.js';
import { UpstreamAwayError } from './protocols/protocol.js';

/** After so many failures in a row an upstream is not asked for a while. */
const maxFailures = 3;
const pauseSeconds = 30;

/**
 * What is asked of an upstream: what a sign-in begins with, such as its metadata, or who somebody is; of a directory, an entry (`answer`),
 * a password, or many entries at once; and what the end of a session is verified with (`keys`). They fail apart from each other, since different endpoints answer or different work is done.
 */
export type UpstreamPart = 'beginning' | 'answer' | 'password' | 'sync' | 'keys';

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
 * sign-in tries again. Nobody is sent to an upstream of which the answer could not be read.
 */
@Injectable()
export class UpstreamBreaker {
  private readonly states = new Map<string, Partial<Record<UpstreamPart, State>>>();

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
  async ask<Answer>(alias: string, part: UpstreamPart, work: () => Promise<Answer>): Promise<Answer> {
    const known = this.states.get(alias);
    const needed = part === 'beginning' ? [known?.beginning, known?.answer] : [known?.[part]];
    const open = needed.find((state) => state && state.openUntil > this.clock.now());
    if (open) throw new UpstreamAwayError(`it is not asked at present: ${open.lastProblem}`);
    const state = known?.[part];
    // Whoever comes while the next attempt is under way does not wait for it.
    if (state && state.failures >= maxFailures) state.openUntil = this.clock.now() + pauseSeconds;
    try {
      const answer = await work();
      this.forget(alias, part);
      return answer;
    } catch (error) {
      // What a browser has brought says nothing about the upstream: anybody could close it for all.
      if (!(error instanceof UpstreamAwayError)) this.forget(alias, part);
      else if (error.isObserved) this.fail(alias, part, error.message);
      throw error;
    }
  }

  /** The upstreams that did not answer the last time; undefined if all did. */
  private away(): Readonly<Record<string, UpstreamState>> | undefined {
    if (this.states.size === 0) return undefined;
    const now = this.clock.now();
    return Object.fromEntries(
      [...this.states].map(([alias, parts]) => {
        const states = Object.values(parts);
        return [
          alias,
          {
            failures: Math.max(...states.map(({ failures }) => failures)),
            is_left_alone: states.some(({ openUntil }) => openUntil > now),
          },
        ];
      }),
    );
  }

  private forget(alias: string, part: UpstreamPart): void {
    const { [part]: _gone, ...others } = this.states.get(alias) ?? {};
    if (Object.keys(others).length === 0) this.states.delete(alias);
    else this.states.set(alias, others);
  }

  private fail(alias: string, part: UpstreamPart, lastProblem: string): void {
    const parts = this.states.get(alias);
    const failures = (parts?.[part]?.failures ?? 0) + 1;
    const openUntil = failures >= maxFailures ? this.clock.now() + pauseSeconds : 0;
    this.states.set(alias, { ...parts, [part]: { failures, openUntil, lastProblem } });
  }
}
