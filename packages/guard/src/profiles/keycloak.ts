import type { Profile } from './profile.js';

/**
 * Keycloak. The claim `typ` tells its tokens apart: `Bearer` or `DPoP` for an access token, `ID`, `Refresh` or `Logout` for others.
 * Before version 24, access tokens also had the `nonce` of the ID token.
 */
export const keycloak: Profile = {
  types: ['jwt', 'at+jwt'],
  required: ['azp', 'sub', 'iat'],
  client: ['azp'],
  audience: ['aud'],
  scopes: ['scope'],
  roles: ['realm_access.roles', 'resource_access.{audience}.roles'],
  values: { typ: ['Bearer', 'DPoP'] },
  signs: [],
  foreign: [],
};
