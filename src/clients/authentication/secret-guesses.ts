import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Changes } from '../../audit/changes.js';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { networksOf } from '../../http/network.js';
import { type NetworkLimit, NetworkLimits } from '../../http/network-limits.js';
import { OAuthError } from '../../protocol/errors.js';

/** The window in which wrong secrets are counted. */
const guessWindowSeconds = 900;
/** Recorded events that are remembered. */
const maxRecorded = 10_000;

/** An attempt to authenticate with a secret. */
export interface SecretAttempt {
  /** Undefined for an unknown client: all of them are counted as one, so that made-up names fill no table. */
  readonly clientId: string | undefined;
  readonly address: string;
  /** Whether the secret is short enough to be guessed. */
  readonly isGuessable: boolean;
}

/**
 * Limits how many client secrets can be guessed (RFC 6749 §2.3.1): wrong ones are counted per client and network, in the database, so that
 * all replicas share the count. A right secret of 32 characters or more always passes, since nobody guesses it: an attacker in the
 * client's own network does not lock it out. Shorter secrets of earlier registrations are no longer checked once the limit is reached.
 */
@Injectable()
export class SecretGuesses {
  /** Checks of short secrets under way. They take turns, so that parallel guesses cannot exceed the limit. */
  private readonly turns = new Map<string, Promise<unknown>>();
  /** When what was recorded may be recorded again (seconds since the epoch), so that guessing does not fill the audit trail. */
  private readonly recorded = new LRUCache<string, number>({ max: maxRecorded });

  constructor(
    private readonly networks: NetworkLimits,
    private readonly changes: Changes,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Runs the check of a secret within the limit.
   * @param check throws OAuthError invalid_client if the secret is wrong
   * @throws OAuthError invalid_client, with status 429 once there were too many wrong secrets
   */
  async limit<Result>(attempt: SecretAttempt, check: () => Promise<Result>): Promise<Result> {
    if (!attempt.isGuessable) return this.counted(attempt, check);
    return this.inTurn(`${attempt.clientId} ${attempt.address}`, async () => {
      const wait = await this.networks.wait(this.limitOf(attempt), attempt.address);
      if (wait !== undefined) throw tooMany(wait);
      return this.counted(attempt, check);
    });
  }

  private async counted<Result>(attempt: SecretAttempt, check: () => Promise<Result>): Promise<Result> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof OAuthError) || error.code !== 'invalid_client') throw error;
      const wait = await this.networks.count(this.limitOf(attempt), attempt.address);
      await this.record(
        wait === undefined ? 'client.authentication_failed' : 'client.secret_guessed',
        attempt,
      );
      throw wait === undefined ? error : tooMany(wait, error.detail);
    }
  }

  private limitOf({ clientId = '' }: SecretAttempt): NetworkLimit {
    return {
      name: `client secret ${clientId}`,
      maxCount: this.settings.clientSecretAttempts,
      windowSeconds: guessWindowSeconds,
    };
  }

  /** Each event is recorded once in a window for a client and a network, the widest of its address. */
  private async record(
    event: 'client.authentication_failed' | 'client.secret_guessed',
    { clientId, address }: SecretAttempt,
  ): Promise<void> {
    if (clientId === undefined) return;
    const key = JSON.stringify([event, clientId, networksOf(address).at(-1)?.name]);
    const now = this.clock.now();
    if ((this.recorded.get(key) ?? 0) > now) return;
    this.recorded.set(key, now + guessWindowSeconds);
    await this.changes.note({ event, actor: `client:${clientId}`, clientId, address });
  }

  private async inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const mine = (this.turns.get(key) ?? Promise.resolve()).then(work, work);
    this.turns.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.turns.get(key) === mine) this.turns.delete(key);
    }
  }
}

const tooMany = (retryAfter: number, detail?: string): OAuthError =>
  new OAuthError('invalid_client', 'client authentication failed too often from this network', {
    status: 429,
    retryAfter,
    ...(detail !== undefined && { detail }),
  });
