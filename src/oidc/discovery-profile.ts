import { profileGrantTypes, profileMethods } from '../protocol/client-metadata/profile-demands.js';
import { includesProfile, type Profile, usableAlgorithms } from '../protocol/profile.js';
import { signedResponseModes } from '../protocol/response-mode.js';

/** Members of server metadata that no client of a profile can use. */
const withoutUse = new Set(['device_authorization_endpoint', 'authorization_grant_profiles_supported']);

/** What is left of a list of server metadata. */
type Narrowing = (values: readonly string[], profile: Profile) => readonly string[];

/** The lists that a profile narrows, by the end of their names. */
const narrowings: Readonly<Record<string, Narrowing>> = {
  alg_values_supported: (values, profile) => usableAlgorithms(profile, values),
  auth_methods_supported: (values) => values.filter((value) => profileMethods.includes(value)),
  grant_types_supported: (values) => values.filter((value) => profileGrantTypes.includes(value)),
  response_modes_supported: (values, profile) =>
    includesProfile(profile, 'fapi2-message-signing') ? signedResponseModes : values,
};

/** The metadata of a server whose clients all keep to a profile. */
export function metadataUnderProfile(
  metadata: Readonly<Record<string, unknown>>,
  profile: Profile | null,
): Record<string, unknown> {
  if (profile === null) return metadata;
  const entries = used(metadata).map(([name, value]) => [name, narrowed(name, value, profile)] as const);
  const signs = includesProfile(profile, 'fapi2-message-signing');
  return { ...Object.fromEntries(entries), ...(signs ? { require_signed_request_object: true } : {}) };
}

const used = (metadata: object): [name: string, value: unknown][] =>
  Object.entries(metadata).filter(([name]) => !withoutUse.has(name));

function narrowed(name: string, value: unknown, profile: Profile): unknown {
  if (name === 'mtls_endpoint_aliases') return Object.fromEntries(used(value as object));
  const [, narrow] = Object.entries(narrowings).find(([end]) => name.endsWith(end)) ?? [];
  return narrow ? narrow(value as string[], profile) : value;
}
