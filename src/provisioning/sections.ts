/** The sections of a configuration file. */
export const sections = [
  'resources',
  'authorization_details_types',
  'clients',
  'roles',
  'groups',
  'claims',
  'upstreams',
  'trusted_issuers',
  'users',
] as const;
export type Section = (typeof sections)[number];
