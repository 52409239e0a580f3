import { ID_TOKEN_CLAIMS, type Profile } from './profile.js';

/** Okta's custom authorization servers. Their access tokens have no `typ` in the header, and name the client as `cid`. */
export const okta: Profile = {
  types: [undefined, 'jwt', 'at+jwt'],
  required: ['cid', 'sub', 'iat'],
  client: ['cid'],
  audience: ['aud'],
  scopes: ['scp'],
  roles: ['groups'],
  values: {},
  signs: [],
  foreign: ID_TOKEN_CLAIMS,
};
