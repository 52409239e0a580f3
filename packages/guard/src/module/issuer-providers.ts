import type { Provider, Type } from '@nestjs/common';
import { type IssuerDirectory, ListedIssuers } from '../issuer/issuer-directory.js';
import { IssuerVerifier } from '../issuer/issuer-verifier.js';
import { IssuersVerifier } from '../issuer/issuers-verifier.js';
import { ResolvedIssuers } from '../issuer/resolved-issuers.js';
import type { BearerSettings } from '../settings/bearer-settings.js';
import { TokenVerifier } from '../token/token-verifier.js';
import { BearerHealth } from './bearer-health.js';
import { ISSUERS, SETTINGS } from './injection-tokens.js';
import { WarmUp } from './warm-up.js';

/** The verifier of the service's issuers, and what looks after their connections. */
export const issuerProviders: readonly Provider[] = [
  {
    provide: ISSUERS,
    inject: [SETTINGS],
    useFactory: ({ issuers, resolver }: BearerSettings): IssuerDirectory =>
      resolver === undefined
        ? new ListedIssuers(issuers.map((issuer) => new IssuerVerifier(issuer)))
        : new ResolvedIssuers(resolver),
  },
  {
    provide: TokenVerifier,
    inject: [ISSUERS],
    useFactory: (issuers: IssuerDirectory) => {
      const [only, ...others] = issuers.all;
      return only !== undefined && others.length === 0 ? only : new IssuersVerifier(issuers);
    },
  },
  ofIssuers(BearerHealth, (issuers) => new BearerHealth(issuers)),
  ofIssuers(WarmUp, (issuers) => new WarmUp(issuers)),
];

function ofIssuers<T>(provide: Type<T>, useFactory: (issuers: IssuerDirectory) => T): Provider {
  return { provide, inject: [ISSUERS], useFactory };
}
