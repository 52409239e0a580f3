import type { Profile } from './profile.js';

/** JWT access tokens as RFC 9068 §2 defines them. Eyrie and Duende IdentityServer issue such tokens. */
export const rfc9068: Profile = {
  types: ['at+jwt'],
  required: ['client_id', 'sub', 'iat'],
  client: ['client_id'],
  audience: ['aud'],
  scopes: ['scope'],
  roles: ['roles'],
  values: {},
  signs: [],
  foreign: [],
};
