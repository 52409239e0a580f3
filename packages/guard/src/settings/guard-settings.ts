import type { PossessionSettings } from '../proof/possession.js';
import type { Observer, ObserverOptions } from '../telemetry/observer.js';
import { observerOf } from './observer-settings.js';
import { type AdmissionOptions, type AdmissionSettings, admissionSettings } from './admission-settings.js';
import { type PossessionOptions, possessionSettings } from './possession-settings.js';
import { type RefusalOptions, type RefusalSettings, refusalSettings } from './refusal-settings.js';

/** The options that every verifier has. */
export type GuardOptions = RefusalOptions & PossessionOptions & AdmissionOptions & ObserverOptions;

/** {@link GuardOptions} checked, with every default filled in. */
export interface GuardSettings {
  readonly refusal: RefusalSettings;
  readonly possession: PossessionSettings;
  /** What wants to know of the guard's work; `undefined` if nothing does. */
  readonly observer: Observer | undefined;
  readonly admission: AdmissionSettings;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @param realm the default realm
 * @param audiences the identifiers of the service
 * @throws {TypeError} naming the wrong option
 */
export function guardSettings(
  options: GuardOptions,
  realm: string,
  audiences: readonly string[] = [],
): GuardSettings {
  return {
    refusal: refusalSettings(options, realm),
    possession: possessionSettings(options, audiences),
    admission: admissionSettings(options),
    observer: observerOf(options),
  };
}
