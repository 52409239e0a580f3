import type { DynamicModule } from '@nestjs/common';
import { BearerModule, type BearerModuleScope } from '../module/bearer.module.js';
import type { BearerOptions } from '../settings/bearer-options.js';
import { answering } from './answering.js';
import type { TestIssuer } from './test-issuer.js';

/** The options of {@link BearerModule.forRoot}, but for those that the issuer gives. */
export type BearerTestingOptions = BearerModuleScope &
  Partial<Omit<BearerOptions, 'issuer' | 'issuers' | 'fetch' | 'now'>>;

/** The guard for `@nestjs/testing`: {@link BearerModule} itself, whose issuer is in the test. */
export class BearerTestingModule {
  /**
   * Accepts the tokens of a test issuer, or of several. Their clock is that of the first; new keys are seen at once.
   *
   * @param options as for `BearerModule.forRoot`
   * @throws {TypeError} naming the option that is wrong
   */
  static forIssuer(
    issuer: TestIssuer | readonly [TestIssuer, ...TestIssuer[]],
    options: BearerTestingOptions = {},
  ): DynamicModule {
    const issuers: readonly [TestIssuer, ...TestIssuer[]] = 'fetch' in issuer ? [issuer] : issuer;
    const [{ audience, now }] = issuers;
    return BearerModule.forRoot({
      audience,
      ...options,
      keys: { cooldown: 0, ...options.keys },
      issuers: issuers.map((one) => ({
        issuer: one.issuer,
        audience: options.audience ?? one.audience,
      })),
      fetch: answering(issuers),
      now,
    });
  }
}
