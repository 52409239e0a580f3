import type { Profile } from './profile.js';

/**
 * Amazon Cognito. Its access tokens have an audience only if the client asked for one; otherwise `client_id` stands for it: the option
 * `audience` then lists the accepted clients. The risk: a token that such a client got for another service passes here too.
 */
export const cognito: Profile = {
  types: [undefined, 'jwt', 'at+jwt'],
  required: ['client_id', 'sub', 'iat'],
  client: ['client_id'],
  audience: ['aud', 'client_id'],
  scopes: ['scope'],
  roles: ['cognito:groups'],
  values: { token_use: ['access'] },
  signs: [],
  foreign: [],
};
