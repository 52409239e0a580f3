import { Injectable } from '@nestjs/common';
import { reasonOf } from '../fetch/reason.js';
import type { IssuerDirectory } from '../issuer/issuer-directory.js';
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
  readonly #issuers: IssuerDirectory;

  constructor(issuers: IssuerDirectory) {
    this.#issuers = issuers;
  }

  /**
   * `up` if the metadata and the keys of every issuer are available, and its introspection endpoint works. They are fetched if they
   * are too old. Issuers that were resolved at run time are listed, but none of them takes the service down.
   *
   * @param key the key of the result
   */
  async check(key = 'bearer'): Promise<BearerHealthResult> {
    const states = await Promise.all(this.#issuers.all.map(state));
    const issuers = Object.fromEntries(states);
    const failed = this.#issuers.areListed ? states.filter(([, reason]) => reason !== 'up') : [];
    return failed.length === 0
      ? { [key]: { status: 'up', issuers } }
      : { [key]: { status: 'down', issuers, message: failed.map(([, reason]) => reason).join('; ') } };
  }
}

async function state({ issuer, connection }: IssuerVerifier): Promise<[issuer: string, state: string]> {
  try {
    await connection.prepare();
    await connection.checkIntrospection();
    return [issuer, 'up'];
  } catch (error) {
    return [issuer, reasonOf(error)];
  }
}
