/** The sections of a configuration file. */
export const sections = [
  'resources',
  'authorization_details_types',
  'clients',
  'roles',
  'groups',
  'attributes',
  'claims',
  'upstreams',
  'trusted_issuers',
  'assertion_policies',
  'users',
  'organizations',
] as const;
export type Section = (typeof sections)[number];
