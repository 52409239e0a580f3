import type { BearerOptions } from './bearer-options.js';
import { check, texts } from './checks.js';
import { type GuardSettings, guardSettings } from './guard-settings.js';
import { type IssuerSettings, issuersSettings } from './issuer-settings.js';
import { bearerOptionNames, checkOptionNames } from './option-names.js';
import { type ResolverSettings, resolverSettings } from './resolver-settings.js';

/** {@link BearerOptions} checked, with every default filled in. */
export interface BearerSettings extends GuardSettings {
  /** The issuers in the options; empty if they are resolved at run time. */
  readonly issuers: readonly IssuerSettings[];
  /** How issuers are resolved at run time; absent if they are in the options. */
  readonly resolver?: ResolverSettings;
  /** The service's own identifier. */
  readonly audience: string;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} naming the wrong option
 */
export function bearerSettings(options: BearerOptions): BearerSettings {
  checkOptionNames('BearerModule', options, bearerOptionNames);
  const { issuer, issuers, ...shared } = options;
  check((issuer === undefined) !== (issuers === undefined), 'issuer', 'or issuers is required, but not both');
  const listed = typeof issuers === 'function' ? [] : (issuers ?? [{ issuer: issuer as string }]);
  const audience = texts('audience', options.audience);
  const audiences = [...audience, ...listed.flatMap((one) => one.audience ?? [])];
  const guard = guardSettings(options, audience[0], audiences);
  const defaults = { ...shared, observer: guard.observer };
  return {
    ...guard,
    audience: audience[0],
    ...(typeof issuers === 'function'
      ? { issuers: [], resolver: resolverSettings(issuers, defaults) }
      : { issuers: issuersSettings(listed, defaults) }),
  };
}
