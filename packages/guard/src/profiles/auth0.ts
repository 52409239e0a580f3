import { ID_TOKEN_CLAIMS, type Profile } from './profile.js';

/**
 * Auth0, with either of its token dialects. `permissions` says what the user may do, whatever the client was granted, so it holds roles
 * and not scopes. ID tokens name the client nowhere but in `aud`.
 */
export const auth0: Profile = {
  types: ['jwt', 'at+jwt'],
  required: ['sub', 'iat'],
  client: ['azp', 'client_id'],
  audience: ['aud'],
  scopes: ['scope'],
  roles: ['permissions'],
  values: {},
  signs: ['azp', 'client_id'],
  foreign: ID_TOKEN_CLAIMS,
};
