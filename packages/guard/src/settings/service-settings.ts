import type { BearerSettings } from './bearer-settings.js';
import { check, flag } from './checks.js';
import type { GuardSettings } from './guard-settings.js';
import { checkOptionNames, type OptionNames, resourceMetadataNames } from './option-names.js';
import {
  describeResource,
  type ResourceMetadata,
  type ResourceMetadataOptions,
} from './resource-metadata.js';

/** Options of every method of {@link BearerModule} except `forFeature`. */
export interface BearerModuleScope {
  /** Whether the guard can be used without importing the module again. Default: true. */
  global?: boolean;
  /** Guards every route of the service except those with `@Public()`, before all other guards. Default: false. */
  guardAll?: boolean;
  /** Serves the metadata of this protected resource (RFC 9728), and adds its URL to challenges. Default: false. */
  resourceMetadata?: boolean | ResourceMetadataOptions;
}

/** The options of a factory that are not those of the guard itself. The others decide what the module provides, before its factory runs. */
export interface BearerFactoryScope {
  /** As beside the factory. */
  guardAll?: boolean;
  /** Belongs beside the factory. */
  global?: never;
  /** Belongs beside the factory. */
  resourceMetadata?: never;
}

/** The checked options of a service: with issuers of `forRoot`, or with its own verifier. */
export interface ServiceSettings
  extends GuardSettings, Partial<Pick<BearerSettings, 'issuers' | 'audience'>> {
  readonly guardAll: boolean;
}

export const scopeOptionNames: OptionNames<BearerModuleScope> = {
  global: true,
  guardAll: true,
  resourceMetadata: resourceMetadataNames,
};

/**
 * Checks the options beside a factory or a verifier.
 *
 * @param more the names of further options there
 * @throws {TypeError} naming the wrong option
 */
export function checkScope(scope: BearerModuleScope, more: Readonly<Record<string, true>> = {}): void {
  checkOptionNames('BearerModule', scope, { ...scopeOptionNames, ...more });
  flag('global', scope.global, true);
  flag('guardAll', scope.guardAll, false);
}

/**
 * Whether every route is guarded, as the options beside a factory or those in its result say.
 *
 * @throws {TypeError} if they contradict each other, or the result has an option that belongs beside the factory
 */
export function guardsAll({ guardAll }: BearerModuleScope, made: BearerFactoryScope = {}): boolean {
  for (const name of ['global', 'resourceMetadata'] as const) {
    check(!(name in made), name, 'cannot be set by the factory: write it beside useFactory');
  }
  const isContradiction = guardAll !== undefined && made.guardAll !== undefined && guardAll !== made.guardAll;
  check(!isContradiction, 'guardAll', 'has one value beside the factory and another in its result');
  return flag('guardAll', made.guardAll ?? guardAll, false);
}

/**
 * The metadata of the protected resource; `null` if the service does not serve it.
 *
 * @throws {TypeError} naming the wrong option
 */
export function resourceMetadataOf(
  { resourceMetadata }: BearerModuleScope,
  { audience, issuers, possession }: GuardSettings & Partial<Pick<BearerSettings, 'issuers' | 'audience'>>,
): ResourceMetadata | null {
  if (resourceMetadata === undefined || resourceMetadata === false) return null;
  const { offered, required, algorithms } = possession;
  return describeResource(resourceMetadata === true ? {} : resourceMetadata, {
    audience,
    issuers: issuers?.map(({ issuer }) => issuer) ?? [],
    // RFC 9728 §2
    members:
      offered === 'no'
        ? {}
        : { dpop_signing_alg_values_supported: algorithms, dpop_bound_access_tokens_required: required },
  });
}
