import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { type Revocation, RevocationsStore } from '../persistence/stores/revocations.store.js';
import { digestOf, formatCursor, type RevocationCursor } from './revocation-cursor.js';

/** What a follower is told. */
export interface RevocationAnswer {
  /** To be sent as `after` next time. */
  readonly cursor: string;
  /** Ids of revoked grants (`grant_id` in tokens). Some may have been told before. */
  readonly grants: readonly string[];
  /** `jti` of single revoked tokens. Some may have been told before. */
  readonly tokens: readonly string[];
  /** Every disabled client (`client_id`), in place of those told before; absent when nothing changed there. */
  readonly clients?: readonly string[];
  /** Seconds for which what is told here is to be kept: by then every token that it concerns has expired. */
  readonly retain_for: number;
}

/**
 * Seconds that an answer reaches back before its cursor: the clocks of replicas may differ by so much, or a revocation be
 * committed so much later than its time says, without being missed.
 */
const overlap = 10;
/** Seconds that an access token may be alive though `EYRIE_ACCESS_TOKEN_TTL` was lowered since. */
const longestMemory = 3_600;
/** Milliseconds between two looks while somebody waits. */
const pace = 250;

/** Tells what was revoked since a cursor and still matters, waiting for it if asked to. */
@Injectable()
export class RevocationFeed implements OnModuleDestroy {
  private readonly retainFor: number;
  private readonly stopping = new AbortController();
  private nextLook: Promise<void> | undefined;

  constructor(
    private readonly store: RevocationsStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.retainFor = Math.max(settings.lifetimes.accessToken, longestMemory) + overlap;
  }

  /** Whether the service stops. */
  get stops(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Ends every wait, so that the service can stop. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /**
   * @param cursor where the follower stands; undefined asks for all that still matters
   * @param wait seconds to wait for news, when there is none yet
   * @param gone aborted when the follower does not wait any longer
   */
  async follow(
    cursor: RevocationCursor | undefined,
    wait: number,
    gone: AbortSignal,
  ): Promise<RevocationAnswer> {
    const deadline = performance.now() + wait * 1_000;
    for (;;) {
      const { answer, news } = await this.look(cursor);
      if (news || performance.now() + pace > deadline) return answer;
      await (this.nextLook ??= this.pause());
      // Nobody waits for another look, and the database may be closed by now.
      if (gone.aborted || this.stops) return answer;
    }
  }

  private async look(
    cursor: RevocationCursor | undefined,
  ): Promise<{ answer: RevocationAnswer; news: boolean }> {
    const now = this.clock.now();
    const earliest = now - this.retainFor;
    const from = cursor ? Math.max(Math.min(cursor.time, now) - overlap, earliest) : earliest;
    const [grants, tokens, clients] = await Promise.all([
      this.store.grantsSince(from),
      this.store.tokensSince(from, now),
      this.store.clientsDisabledSince(earliest),
    ]);
    const disabled = digestOf(clients);
    const revoked = revokedSince(now - overlap, grants, tokens);
    const news = revokedSince(from, grants, tokens) !== cursor?.revoked;
    return {
      news: news || disabled !== cursor?.disabled,
      answer: {
        cursor: formatCursor({ time: now, revoked, disabled }),
        grants: news ? grants.map(({ id }) => id) : [],
        tokens: news ? tokens.map(({ id }) => id) : [],
        ...(disabled !== cursor?.disabled && { clients }),
        retain_for: this.retainFor,
      },
    };
  }

  /** One pause for all that wait. */
  private async pause(): Promise<void> {
    try {
      await delay(pace, undefined, { signal: this.stopping.signal });
    } catch {
      // The service stops: nobody waits any longer.
    } finally {
      this.nextLook = undefined;
    }
  }
}

function revokedSince(time: number, grants: readonly Revocation[], tokens: readonly Revocation[]): string {
  const recent = [...grants, ...tokens].filter(({ revokedAt }) => revokedAt >= time);
  return digestOf(recent.map(({ id }) => id));
}
