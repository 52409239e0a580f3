import { Possession } from '../proof/possession.js';
import type { ProtectionParts } from '../protection/protection.js';
import { RefusalJournal } from '../refusal/refusal-journal.js';
import { Refusals } from '../refusal/refusals.js';
import type { ResourceMetadata } from '../settings/resource-metadata.js';
import { admissionSettings } from '../settings/admission-settings.js';
import { check, texts } from '../settings/checks.js';
import type { GuardSettings } from '../settings/guard-settings.js';
import { originsOf } from '../settings/possession-settings.js';
import type { TokenVerifier } from '../token/token-verifier.js';
import type { BearerFeatureOptions } from './feature-options.js';

/**
 * Makes the parts of the service's protection.
 *
 * @throws {TypeError} if the verifier is not a TokenVerifier
 */
export function protectionParts(
  verifier: TokenVerifier,
  { refusal: { realm, journal, exceptions, now }, possession, admission, observer }: GuardSettings,
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
    ...admission,
    verifier,
    possession: new Possession(possession),
    refusals,
    journal: new RefusalJournal(journal),
    exceptions,
    now,
    ...(observer && { observer }),
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
  const { scopes, roles } = options;
  const audience = options.audience === undefined ? undefined : texts('audience', options.audience);
  const realm = options.realm ?? audience?.[0];
  const isNarrower = [audience, scopes, roles].some((rule) => rule !== undefined);
  const whole = own ?? inherited.verifier;
  const verifier = isNarrower ? whole.narrowed?.({ audience, scopes, roles }) : whole;
  check(verifier !== undefined, 'forFeature', 'needs forRoot, or a TokenVerifier with narrowed()');
  // The validators of the service hold for its features too.
  const { validators, user = inherited.user } = admissionSettings(options);
  return {
    ...inherited,
    verifier,
    validators: [...inherited.validators, ...validators],
    ...(user && { user }),
    ...(realm !== undefined && { refusals: inherited.refusals.ofPart(realm) }),
    ...(audience && { audience, possession: inherited.possession.ofPart(originsOf(audience)) }),
  };
}

// The verifier comes from a factory or provider of the service, whose type cannot be checked.
function checkVerifier(verifier: Partial<TokenVerifier> | undefined): void {
  check(typeof verifier?.verify === 'function', 'verifier', 'must be a TokenVerifier');
}
