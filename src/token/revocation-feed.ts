import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { type Revocation, RevocationsStore } from '../persistence/stores/revocations.store.js';
import { digestOf, formatCursor, type RevocationCursor } from './revocation-cursor.js';

/** A response of the feed. */
export interface RevocationAnswer {
  /** The value of `after` for the next request. */
  readonly cursor: string;
  /** Ids of revoked grants (`grant_id` in tokens). Some may be repeated from earlier responses. */
  readonly grants: readonly string[];
  /** `jti` of tokens that were revoked singly. Some may be repeated from earlier responses. */
  readonly tokens: readonly string[];
  /** The `client_id` of every client that was disabled or deleted lately, replacing those of earlier responses; absent if unchanged. */
  readonly clients?: readonly string[];
  /** Seconds for which a follower must remember these ids. After that, every token that they concern has expired. */
  readonly retain_for: number;
}

/**
 * A response also contains what was revoked this long before its cursor. So nothing is missed if the clocks of replicas differ, or if
 * a revocation is committed later than its time says.
 */
const overlapSeconds = 10;
/** Access tokens may be active this long even if `EYRIE_ACCESS_TOKEN_TTL` is shorter, because it was reduced. */
const minRetentionSeconds = 3_600;
/** The time between two queries while a follower waits. */
const pollIntervalMilliseconds = 250;

/** Lists what was revoked since a cursor and may concern an active token, and waits for news if asked to. */
@Injectable()
export class RevocationFeed implements OnModuleDestroy {
  private readonly retainFor: number;
  private readonly stopping = new AbortController();
  private nextQuery: Promise<void> | undefined;

  constructor(
    private readonly store: RevocationsStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.retainFor = Math.max(settings.lifetimes.accessToken, minRetentionSeconds) + overlapSeconds;
  }

  /** Whether the service is stopping. */
  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Ends every wait, so that the service can stop. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /**
   * @param cursor the follower's position; undefined for everything that may concern an active token
   * @param wait seconds to wait for news if there is none yet
   * @param gone aborted when the follower has closed the connection
   */
  async follow(
    cursor: RevocationCursor | undefined,
    wait: number,
    gone: AbortSignal,
  ): Promise<RevocationAnswer> {
    const deadline = performance.now() + wait * 1_000;
    for (;;) {
      const { answer, news } = await this.query(cursor);
      if (news || performance.now() + pollIntervalMilliseconds > deadline) return answer;
      await (this.nextQuery ??= this.pause());
      // Nobody waits for another query, and the database may be closed by now.
      if (gone.aborted || this.isStopping) return answer;
    }
  }

  private async query(
    cursor: RevocationCursor | undefined,
  ): Promise<{ answer: RevocationAnswer; news: boolean }> {
    const now = this.clock.now();
    const earliest = now - this.retainFor;
    const from = cursor ? Math.max(Math.min(cursor.time, now) - overlapSeconds, earliest) : earliest;
    const [grants, tokens, clients] = await Promise.all([
      this.store.grantsSince(from),
      this.store.tokensSince(from, now),
      this.store.clientsEndedSince(earliest),
    ]);
    const ended = digestOf(clients);
    const revoked = revokedSince(now - overlapSeconds, grants, tokens);
    const news = revokedSince(from, grants, tokens) !== cursor?.revoked;
    return {
      news: news || ended !== cursor?.disabled,
      answer: {
        cursor: formatCursor({ time: now, revoked, disabled: ended }),
        grants: news ? grants.map(({ id }) => id) : [],
        tokens: news ? tokens.map(({ id }) => id) : [],
        ...(ended !== cursor?.disabled && { clients }),
        retain_for: this.retainFor,
      },
    };
  }

  /** One pause, shared by all waiting requests. */
  private async pause(): Promise<void> {
    try {
      await delay(pollIntervalMilliseconds, undefined, { signal: this.stopping.signal });
    } catch {
      // The service is stopping, which ends the pause early.
    } finally {
      this.nextQuery = undefined;
    }
  }
}

/** Digest of what was revoked at this time or later. */
function revokedSince(time: number, grants: readonly Revocation[], tokens: readonly Revocation[]): string {
  const recent = [...grants, ...tokens].filter(({ revokedAt }) => revokedAt >= time);
  return digestOf(recent.map(({ id }) => id));
}
