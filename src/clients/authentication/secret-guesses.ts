import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { networkOf } from '../../http/network.js';
import { ThrottlesStore } from '../../persistence/stores/throttles.store.js';
import { OAuthError } from '../../protocol/errors.js';

/** The window in which wrong secrets are counted. */
export const guessWindowSeconds = 900;

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
    private readonly store: ThrottlesStore,
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
    const key = keyOf(attempt);
    if (!attempt.isGuessable) return this.counted(attempt, key, check);
    return this.inTurn(key, async () => {
      const now = this.clock.now();
      const { attempts, endsAt } = await this.store.current(key, now);
      if (attempts >= this.settings.clientSecretAttempts) throw tooMany(endsAt - now);
      return this.counted(attempt, key, check);
    });
  }

  private async counted<Result>(
    attempt: SecretAttempt,
    key: string,
    check: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof OAuthError) || error.code !== 'invalid_client') throw error;
      const now = this.clock.now();
      const { attempts, endsAt } = await this.store.count(key, now, guessWindowSeconds);
      await this.record(attempt, attempts);
      throw attempts > this.settings.clientSecretAttempts ? tooMany(endsAt - now, error.detail) : error;
    }
  }

  /** The first wrong secret of a window and the one that exceeds the limit are recorded, so that guessing does not fill the audit trail. */
  private async record({ clientId, address }: SecretAttempt, attempts: number): Promise<void> {
    const limit = this.settings.clientSecretAttempts;
    if (clientId === undefined || (attempts !== 1 && attempts !== limit + 1)) return;
    await this.changes.note({
      event: attempts > limit ? 'client.secret_guessed' : 'client.authentication_failed',
      actor: `client:${clientId}`,
      clientId,
      address,
      detail: { attempts },
    });
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

const keyOf = ({ clientId, address }: SecretAttempt): string =>
  lookupHash(JSON.stringify(['client secret', clientId ?? null, networkOf(address)]));

const tooMany = (retryAfter: number, detail?: string): OAuthError =>
  new OAuthError('invalid_client', 'client authentication failed too often from this network', {
    status: 429,
    retryAfter,
    ...(detail !== undefined && { detail }),
  });
