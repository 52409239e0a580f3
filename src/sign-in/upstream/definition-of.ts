import { defined } from '../../clients/client-changes.js';
import type { MappedMember, UpstreamDefinition, UpstreamMembers } from './definition.js';
import { metadataMembers } from './saml/metadata-members.js';
import type { ReadMetadata } from './saml/saml-members.js';
import { presets } from './presets.js';

const standardClaims: Readonly<Partial<Record<MappedMember, string>>> = {
  username: 'preferred_username',
  name: 'name',
  given_name: 'given_name',
  family_name: 'family_name',
  nickname: 'nickname',
  email: 'email',
  picture: 'picture',
  zoneinfo: 'zoneinfo',
  locale: 'locale',
};

const defaults = {
  shown: true,
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'openid profile email',
  userinfo: false,
  requires_auth_time: true,
  email_domains: [],
  trusted_email_domains: [],
  email_verified: 'claimed',
  existing_account: 'confirm',
  new_account: 'confirm',
  subject_claim: 'sub',
  owns_profile: true,
  acr_map: {},
  amr_map: {},
  required_claims: {},
  groups_claim: 'groups',
  group_map: {},
  claims: standardClaims,
  attributes: {},
} as const satisfies Omit<UpstreamDefinition, 'name'>;

/** The members of an upstream: as they are given, of its metadata, of the preset, or the defaults. */
export function definitionOf(given: UpstreamMembers, read?: ReadMetadata | null): UpstreamDefinition {
  const { name, preset } = given;
  return {
    ...defaults,
    ...(preset && presets[preset].members),
    ...metadataMembers(given, read),
    ...defined(given),
    name,
  };
}
