import { ID_TOKEN_CLAIMS, type Profile } from './profile.js';

/**
 * Microsoft Entra ID. Access tokens of version 2.0 name the client as `azp`, those of version 1.0 as `appid`. ID tokens name it nowhere
 * but in `aud`.
 */
export const entra: Profile = {
  types: ['jwt', 'at+jwt'],
  required: ['sub', 'iat'],
  client: ['azp', 'appid'],
  audience: ['aud'],
  scopes: ['scp'],
  roles: ['roles'],
  values: {},
  signs: ['azp', 'appid'],
  foreign: ID_TOKEN_CLAIMS,
};
