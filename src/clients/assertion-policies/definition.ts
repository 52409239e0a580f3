import type { SigningAlgorithm } from '../../keys/jws.js';
import type { AssertionPolicy } from '../../persistence/entities/assertion-policy.entity.js';

/** Seconds: an assertion is presented at once, and each further token needs another one. */
export const assertionLifetimeSeconds = { min: 30, max: 300 };

/** The members of an assertion policy, as they are given. */
export interface AssertionPolicyMembers {
  readonly client_id: string;
  readonly audience: string;
  readonly audience_client_id?: string;
  readonly sso_client_id?: string;
  readonly groups?: readonly string[];
  readonly everyone?: boolean;
  readonly scope: string;
  readonly resources?: readonly string[];
  readonly acr_values?: readonly string[];
  readonly max_age?: number;
  readonly include_email?: boolean;
  readonly lifetime?: number;
  readonly signing_alg?: SigningAlgorithm;
}

type Defaulted = Exclude<keyof AssertionPolicyMembers, 'sso_client_id' | 'max_age'>;

/** The members with the defaults. */
export type AssertionPolicyDefinition = AssertionPolicyMembers &
  Required<Pick<AssertionPolicyMembers, Defaulted>>;

/** A policy as it is used. */
export interface LoadedPolicy extends AssertionPolicyDefinition {
  readonly name: string;
}

/** Every relying party of OpenID Connect knows it from ID tokens (OIDC Core §15.1). */
export const defaultSigningAlg = 'RS256';

const defaults = {
  groups: [],
  everyone: false,
  resources: [],
  acr_values: [],
  include_email: false,
  lifetime: assertionLifetimeSeconds.max,
  signing_alg: defaultSigningAlg,
} as const;

/** A client that describes itself by a document has the same client_id everywhere. */
export function loadedPolicy({ name, clientId, members }: AssertionPolicy): LoadedPolicy {
  const given = members as Omit<AssertionPolicyMembers, 'client_id'>;
  return { ...defaults, audience_client_id: clientId, ...given, client_id: clientId, name };
}
