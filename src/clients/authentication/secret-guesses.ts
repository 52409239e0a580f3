import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type NetworkLimit, NetworkLimits } from '../../http/network-limits.js';
import { OAuthError } from '../../protocol/errors.js';
import { AuthenticationFailures } from './authentication-failures.js';

/** The window in which wrong secrets are counted. */
const guessWindowSeconds = 900;

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

  constructor(
    private readonly networks: NetworkLimits,
    private readonly failures: AuthenticationFailures,
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
      const event = wait === undefined ? 'client.authentication_failed' : 'client.secret_guessed';
      await this.failures.record(event, attempt.clientId, attempt.address);
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
