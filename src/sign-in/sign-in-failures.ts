import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { Metrics } from '../telemetry/metrics.js';
import { type SignInAttempt, SignInThrottle } from './sign-in-throttle.js';

/** Why a directory refused somebody, for operators alone. */
export interface FailureDetail {
  readonly upstream?: string | undefined;
  readonly reason?: string | undefined;
}

/** Counts failed sign-ins, and records them in the audit trail as long as there are not too many. */
@Injectable()
export class SignInFailures {
  constructor(
    private readonly throttle: SignInThrottle,
    private readonly changes: Changes,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Records a failure. Of those that are too many, the audit trail has only the first: a flood of guesses does not fill the disk.
   * @param factor what was tried
   * @param userId null if there is no such user
   * @returns the seconds to wait if it was one too many, otherwise undefined
   */
  async record(
    factor: string,
    attempt: SignInAttempt,
    userId: string | null,
    { upstream, reason, isReserved }: FailureDetail & { readonly isReserved?: boolean } = {},
  ): Promise<number | undefined> {
    this.metrics.factorTried(factor, 'failure');
    const { retryAfterSeconds, isFirstTooMany } = await this.throttle.fail(attempt, isReserved);
    const about = aboutFailure(attempt, userId);
    if (retryAfterSeconds === undefined)
      await this.changes.note({
        event: 'sign_in.failed',
        ...about,
        detail: { ...about.detail, upstream, reason },
      });
    else if (isFirstTooMany) await this.changes.note({ event: 'sign_in.throttled', ...about });
    return retryAfterSeconds;
  }

  /**
   * Reserves an attempt.
   * @returns the seconds to wait if it is one too many, otherwise undefined
   */
  async reserve(attempt: SignInAttempt, userId: string | null): Promise<number | undefined> {
    const { retryAfterSeconds, isFirstTooMany } = await this.throttle.reserve(attempt);
    if (isFirstTooMany)
      await this.changes.note({ event: 'sign_in.throttled', ...aboutFailure(attempt, userId) });
    return retryAfterSeconds;
  }
}

const aboutFailure = ({ address, userAgent }: SignInAttempt, userId: string | null) => ({
  actor: userId === null ? 'unknown' : `user:${userId}`,
  userId,
  address,
  detail: { user_agent: userAgent },
});
