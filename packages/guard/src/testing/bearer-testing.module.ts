import type { DynamicModule } from '@nestjs/common';
import { BearerModule } from '../module/bearer.module.js';
import type { BearerOptions, KeyOptions } from '../settings/bearer-options.js';
import type { BearerModuleScope } from '../settings/service-settings.js';
import { answering } from './answering.js';
import type { TestIssuer } from './test-issuer.js';

/** The options that come from the test issuer. */
type SetByIssuer = 'issuer' | 'issuers' | 'address' | 'jwksUri' | 'allowHttp' | 'fetch' | 'now';

/** The options of {@link BearerModule.forRoot} that the test issuer does not set. */
export type BearerTestingOptions = BearerModuleScope &
  Partial<Omit<BearerOptions, SetByIssuer | 'keys'>> & { keys?: KeyOptions };

/** The guard for `@nestjs/testing`: the real {@link BearerModule}, with an issuer inside the test. */
export class BearerTestingModule {
  /**
   * Accepts the tokens of one test issuer or of several. The guard uses the clock of the first, and sees new keys at once.
   *
   * @param options as for `BearerModule.forRoot`
   * @throws {TypeError} naming the wrong option
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
