import { createHash } from 'node:crypto';
import { stringify } from 'yaml';

/** What the service under test is set up with: one resource, two clients for people, one for the admin API, and some people. */

export const redirectUri = 'http://127.0.0.1:4998/callback';
export const adminScope = 'eyrie.admin';
export const secretOfService = 'chaos-only-secret-of-more-than-32-characters';

const resource = {
  identifier: 'https://contacts.example.com',
  name: 'ContactSaver',
  scopes: { 'contacts.read': 'Read your contacts' },
};

const forPeople = {
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: 'openid profile offline_access contacts.read',
};

const clients = [
  { ...forPeople, client_id: 'chaos-jwt', access_token_format: 'jwt' },
  { ...forPeople, client_id: 'chaos-opaque', access_token_format: 'opaque' },
  {
    client_id: 'chaos-admin',
    grant_types: ['client_credentials'],
    access_token_format: 'opaque',
    scope: adminScope,
  },
];

export const secretOf = (clientId) => `${clientId}-secret-0123456789-abcdefghijklmnop`;
/** Nobody guesses it, and its strength is soon rated. */
export const passwordOf = (text) => createHash('sha256').update(text).digest('base64url').slice(0, 16);
export const usernameOf = (index) => `person-${index}`;

/** The file that the service applies at start. */
export function configuration(people) {
  return stringify({
    resources: [resource],
    clients: clients.map((client) => ({ ...client, client_secret: secretOf(client.client_id) })),
    users: Array.from({ length: people }, (_, index) => ({
      username: usernameOf(index),
      name: `Person ${index}`,
      password: passwordOf(usernameOf(index)),
    })),
  });
}
