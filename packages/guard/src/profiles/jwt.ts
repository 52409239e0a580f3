import { ID_TOKEN_CLAIMS, type Profile } from './profile.js';

/**
 * Signed access tokens of other products, such as Spring Authorization Server, Ory Hydra, Zitadel and PingFederate. A token passes if it
 * has a claim that ID tokens do not have, and none that only ID tokens have.
 */
export const jwt: Profile = {
  types: [undefined, 'jwt', 'at+jwt'],
  required: [],
  client: ['client_id', 'azp', 'cid', 'appid'],
  audience: ['aud'],
  scopes: ['scope', 'scp'],
  roles: ['roles', 'groups'],
  values: {},
  signs: ['scope', 'scp', 'client_id', 'cid', 'appid'],
  foreign: ID_TOKEN_CLAIMS,
};
