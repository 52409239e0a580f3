import { Injectable } from '@nestjs/common';
import type { IssuerVerifier } from '../issuer/issuer-verifier.js';

/** What `@nestjs/terminus` takes for the result of a health indicator. */
export type BearerHealthResult = Record<
  string,
  { status: 'up' | 'down'; issuers: Record<string, string>; message?: string }
>;

/**
 * Tells whether tokens can be verified: a health indicator for `@nestjs/terminus` 11 and later.
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
   * `up` when the metadata and the keys of every issuer are at hand, fetched now where they are due.
   *
   * @param key under which the result stands
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
