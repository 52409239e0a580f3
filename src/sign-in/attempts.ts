import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { addressOf } from '../http/network.js';
import { userAgentOf } from '../http/user-agent.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { Metrics } from '../telemetry/metrics.js';
import type { FailedOutcome } from './factors/factor.js';
import { type FailureDetail, SignInFailures } from './sign-in-failures.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** Who makes an attempt. */
export interface Attempting {
  /** The factor that is tried. */
  readonly factor: string;
  readonly username: string;
  /** Undefined if there is no such user. */
  readonly userId: string | undefined;
  /** Whether a first factor is proven. */
  readonly isFurther: boolean;
  /** Whether the attempt counts before it is made, as one that somebody else checks. */
  readonly isReserved?: boolean;
  /** What the audit trail says of a failure, known once it has failed. */
  readonly failure?: () => FailureDetail;
}

/** Makes attempts under the throttle. */
@Injectable()
export class Attempts {
  constructor(
    private readonly throttle: SignInThrottle,
    private readonly failures: SignInFailures,
    private readonly devices: KnownDevices,
    private readonly metrics: Metrics,
  ) {}

  /** The seconds to wait if the account is closed, otherwise undefined. */
  async wait(
    username: string,
    userId: string | undefined,
    request: FastifyRequest,
  ): Promise<number | undefined> {
    const knownDevice = await this.devices.find(request, userId);
    return this.throttle.wait({ username, address: addressOf(request), knownDevice });
  }

  /**
   * Checks an answer, unless there were too many failures, and counts a failure there and in the audit trail.
   * @param prove returns what the answer proves, and undefined if it is wrong
   * @param refused what a wrong answer gets
   */
  async make<Proven>(
    { factor, userId, failure, isReserved = false, ...who }: Attempting,
    request: FastifyRequest,
    prove: () => Promise<Proven | undefined>,
    refused: FailedOutcome,
  ): Promise<{ readonly kind: 'right'; readonly proven: Proven } | FailedOutcome> {
    const knownDevice = await this.devices.find(request, userId);
    const from = { address: addressOf(request), userAgent: userAgentOf(request) };
    const attempt = { ...who, ...from, knownDevice };
    const closed =
      (await this.throttle.wait(attempt)) ??
      (isReserved ? await this.failures.reserve(attempt, userId ?? null) : undefined);
    if (closed !== undefined) return { kind: 'throttled', retryAfterSeconds: closed };
    const proven = await prove().catch(async (error: unknown) => {
      if (isReserved) await this.throttle.release(attempt);
      throw error;
    });
    const retryAfterSeconds =
      proven === undefined
        ? await this.failures.record(factor, attempt, userId ?? null, { ...failure?.(), isReserved })
        : isReserved
          ? undefined
          : await this.throttle.wait(attempt);
    if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds };
    if (proven === undefined) return refused;
    this.metrics.factorTried(factor, 'success');
    await this.throttle.succeed(attempt);
    return { kind: 'right', proven };
  }
}
