import { Injectable } from '@nestjs/common';
import type { IssuerVerifier } from '../issuer/issuer-verifier.js';

/** The result of a health indicator for `@nestjs/terminus`. */
export type BearerHealthResult = Record<
  string,
  { status: 'up' | 'down'; issuers: Record<string, string>; message?: string }
>;

/**
 * A health indicator for `@nestjs/terminus` 11 and later: whether tokens can be verified.
 *
 * @example
 * ```ts
 * @Public() @Get('health') @HealthCheck()
 * check() { return this.health.check([() => this.bearer.check('bearer')]); }
 * ```
 */
@Injectable()
export class BearerHealth {
  readonly #verifiers: readonly IssuerVerifier[];

  constructor(verifiers: readonly IssuerVerifier[]) {
    this.#verifiers = verifiers;
  }

  /**
   * `up` if the metadata and the keys of every issuer are available. They are fetched if they are too old.
   *
   * @param key the key of the result
   */
  async check(key = 'bearer'): Promise<BearerHealthResult> {
    const states = await Promise.all(this.#verifiers.map(state));
    const issuers = Object.fromEntries(states);
    const failed = states.filter(([, reason]) => reason !== 'up');
    return failed.length === 0
      ? { [key]: { status: 'up', issuers } }
      : { [key]: { status: 'down', issuers, message: failed.map(([, reason]) => reason).join('; ') } };
  }
}

async function state(verifier: IssuerVerifier): Promise<[issuer: string, state: string]> {
  try {
    await verifier.connection.prepare();
    return [verifier.issuer, 'up'];
  } catch (error) {
    return [verifier.issuer, error instanceof Error ? error.message : String(error)];
  }
}
