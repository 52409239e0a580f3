import type { InjectionToken, ModuleMetadata } from '@nestjs/common';
import { Possession, type PossessionSettings } from '../proof/possession.js';
import type { ProtectionParts } from '../protection/protection.js';
import { RefusalJournal } from '../refusal/refusal-journal.js';
import { Refusals } from '../refusal/refusals.js';
import type { ResourceMetadata } from '../settings/resource-metadata.js';
import type { ScopeMapping } from '../token/scope-mapping.js';
import { check, texts } from '../settings/checks.js';
import type { RefusalSettings } from '../settings/refusal-settings.js';
import type { TokenVerifier } from '../token/token-verifier.js';

/** In what the controllers of a module differ from the rest of the service. */
export interface BearerFeatureOptions {
  /** Whom tokens for these controllers must be meant for. */
  audience?: string | readonly string[];
  /** Where their scopes stand, and what these controllers call them. */
  scopes?: ScopeMapping;
  /** Named in their challenges. Default: the first audience given here, else as the rest. */
  realm?: string;
  /** Verifies their tokens in place of the rest's verifier, which then need not know of audience and scopes. */
  useExisting?: InjectionToken<TokenVerifier>;
  /** Modules that provide it. */
  imports?: ModuleMetadata['imports'];
}

/**
 * Puts together what the guard works with.
 *
 * @throws {TypeError} when the verifier is none
 */
export function protectionParts(
  verifier: TokenVerifier,
  { realm, journal, exceptions, now }: RefusalSettings,
  possession: PossessionSettings,
  metadata: ResourceMetadata | null,
): ProtectionParts {
  checkVerifier(verifier);
  const refusals = new Refusals({
    realm,
    resourceMetadata: metadata?.url,
    proofAlgorithms: possession.algorithms,
    offersDpop: possession.offered,
  });
  return {
    verifier,
    possession: new Possession(possession),
    refusals,
    journal: new RefusalJournal(journal),
    exceptions,
    now,
  };
}

/**
 * The parts for controllers that differ from the rest.
 *
 * @throws {TypeError} when the verifier cannot do with another audience or other scopes, or an option is wrong
 */
export function ownParts(
  inherited: ProtectionParts,
  options: Omit<BearerFeatureOptions, 'useExisting' | 'imports'>,
  own?: TokenVerifier,
): ProtectionParts {
  if (own !== undefined) checkVerifier(own);
  const rest = own === undefined ? inherited : { ...inherited, verifier: own };
  const audience = options.audience === undefined ? undefined : texts('audience', options.audience);
  const realm = options.realm ?? audience?.[0];
  if (audience === undefined && options.scopes === undefined) {
    return realm === undefined ? rest : { ...rest, refusals: rest.refusals.ofPart(realm) };
  }
  const verifier = rest.verifier.narrowed?.({ audience, scopes: options.scopes });
  check(verifier !== undefined, 'forFeature', 'needs forRoot, or a TokenVerifier with narrowed()');
  const refusals = realm === undefined ? rest.refusals : rest.refusals.ofPart(realm);
  return { ...rest, verifier, refusals, ...(audience && { audience }) };
}

// It comes from a factory or provider of the service, which the types cannot follow.
function checkVerifier(verifier: Partial<TokenVerifier> | undefined): void {
  check(typeof verifier?.verify === 'function', 'verifier', 'must be a TokenVerifier');
}
