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

/** Options for the controllers of a module that differ from the rest of the service. */
export interface BearerFeatureOptions {
  /** The audience of tokens for these controllers. */
  audience?: string | readonly string[];
  /** The claims with their scopes, and the names of scopes in these controllers. */
  scopes?: ScopeMapping;
  /** The realm in their challenges. Default: the first audience here, or that of the service. */
  realm?: string;
  /** The verifier of their tokens, in place of that of the service. */
  useExisting?: InjectionToken<TokenVerifier>;
  /** Modules that provide the verifier. */
  imports?: ModuleMetadata['imports'];
}

/**
 * Makes the parts of the service's protection.
 *
 * @throws {TypeError} if the verifier is not a TokenVerifier
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
 * Makes the parts for controllers that differ from the rest of the service.
 *
 * @throws {TypeError} if the verifier does not support another audience or other scopes, or an option is wrong
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

// The verifier comes from a factory or provider of the service, whose type cannot be checked.
function checkVerifier(verifier: Partial<TokenVerifier> | undefined): void {
  check(typeof verifier?.verify === 'function', 'verifier', 'must be a TokenVerifier');
}
