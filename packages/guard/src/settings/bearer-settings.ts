import type { BearerOptions } from './bearer-options.js';
import { texts } from './checks.js';
import { type IssuerSettings, issuersSettings } from './issuer-settings.js';
import type { PossessionSettings } from '../proof/possession.js';
import { possessionSettings } from './possession-settings.js';
import { type RefusalSettings, refusalSettings } from './refusal-settings.js';

/** {@link BearerOptions} checked, with every default filled in. */
export interface BearerSettings {
  readonly issuers: readonly [IssuerSettings, ...IssuerSettings[]];
  /** The service's own identifier. */
  readonly audience: string;
  readonly refusal: RefusalSettings;
  readonly possession: PossessionSettings;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} naming the wrong option
 */
export function bearerSettings(options: BearerOptions): BearerSettings {
  const issuers = issuersSettings(options);
  const [audience] = texts('audience', options.audience);
  return {
    issuers,
    audience,
    refusal: refusalSettings(options, audience),
    possession: possessionSettings(options),
  };
}
