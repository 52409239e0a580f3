import { isDeepStrictEqual } from 'node:util';
import type { IssuerResolver, ResolvedIssuer } from './bearer-options.js';
import { isSecureUrl } from './checks.js';
import { type IssuerDefaults, type IssuerSettings, issuerSettings } from './issuer-settings.js';

import { checkOptionNames, resolvedIssuerNames } from './option-names.js';

/** A trusted issuer, as the service resolved it. */
export interface Resolution {
  readonly options: ResolvedIssuer;
  readonly settings: IssuerSettings;
}

/** How issuers are resolved at run time. */
export interface ResolverSettings {
  /** Whether the `iss` of a token can be an issuer at all. The service is only asked about such an issuer. */
  readonly isIssuer: (iss: unknown) => iss is string;
  /**
   * Resolves an issuer.
   *
   * @param known what it was resolved to before; it is returned again if its options are the same
   * @returns `undefined` if it is not trusted
   * @throws {TypeError} naming the wrong option
   */
  readonly resolve: (issuer: string, known: Resolution | undefined) => Promise<Resolution | undefined>;
  /** Milliseconds of a monotonic clock. */
  readonly elapsed: () => number;
}

const MAX_LENGTH = 512;

export function resolverSettings(resolver: IssuerResolver, defaults: IssuerDefaults): ResolverSettings {
  const { allowHttp, now } = defaults;
  return {
    isIssuer: (iss): iss is string =>
      typeof iss === 'string' && iss.length <= MAX_LENGTH && !/[?#]/.test(iss) && isSecureUrl(iss, allowHttp),
    resolve: async (issuer, known) => {
      const options = (await resolver(issuer)) ?? undefined;
      if (options === undefined) return undefined;
      if (isDeepStrictEqual(options, known?.options)) return known;
      checkOptionNames(`The options of ${issuer}`, options, resolvedIssuerNames);
      return { options, settings: issuerSettings({ ...options, issuer }, defaults) };
    },
    elapsed: now ?? (() => performance.now()),
  };
}
