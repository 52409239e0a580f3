/**
 * The data of both servers: one resource, one user, and three confidential clients that differ only in their access tokens.
 */

export const resource = {
  identifier: 'https://contacts.example.com',
  name: 'ContactSaver',
  scopes: { 'contacts.read': 'Read your contacts', 'contacts.write': 'Change your contacts' },
};

export const user = {
  username: 'alice',
  password: 'a long passphrase for measurements',
  name: 'Alice Example',
  email: 'alice@example.com',
};

/** How many people sign in at once. */
export const crowdSize = 300;

/** They have the same password. */
export const crowd = Array.from({ length: crowdSize }, (_, number) => ({
  username: `crowd-${number}`,
  password: user.password,
}));

export const redirectUri = 'http://127.0.0.1:4999/callback';

const registration = {
  client_secret: 'bench-secret-0123456789-abcdefghijklmnop',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_basic',
  id_token_signed_response_alg: 'ES256',
};

/** Reads the lists of the admin API. */
export const adminClient = {
  client_id: 'bench-admin',
  client_secret: registration.client_secret,
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'eyrie.admin.read',
};

/** Somebody in ten groups, of which some stand below others, and a client that gets their groups and roles. */
const groupNames = Array.from({ length: 10 }, (_, number) => `team-${number}`);
export const company = {
  roles: [{ name: 'editor' }, { name: 'reader', resource: resource.identifier }],
  groups: groupNames.map((name, number) => ({
    name,
    ...(number > 4 && { parent: groupNames[number - 5] }),
    roles: number === 0 ? ['editor', { name: 'reader', resource: resource.identifier }] : [],
  })),
  user: {
    username: 'bob',
    password: user.password,
    name: 'Bob Example',
    email: 'bob@example.com',
    groups: groupNames,
  },
  client: {
    tokenFormat: 'jwt',
    metadata: {
      ...registration,
      client_id: 'bench-company',
      scope: 'openid profile email offline_access contacts.read groups roles',
    },
  },
};

/**
 * `jwt` and `opaque` get access tokens for the resource. `account` gets opaque tokens for userinfo, where the reference accepts only
 * tokens without an audience.
 *
 * `tokenFormat` and `audience` are for the drivers; `metadata` is RFC 7591 client metadata.
 */
export const clients = {
  jwt: {
    tokenFormat: 'jwt',
    audience: resource.identifier,
    metadata: {
      ...registration,
      client_id: 'bench-jwt',
      scope: 'openid profile email offline_access contacts.read',
    },
  },
  opaque: {
    tokenFormat: 'opaque',
    audience: resource.identifier,
    metadata: {
      ...registration,
      client_id: 'bench-opaque',
      scope: 'openid profile email offline_access contacts.read',
    },
  },
  account: {
    tokenFormat: 'opaque',
    audience: undefined,
    metadata: { ...registration, client_id: 'bench-account', scope: 'openid profile email offline_access' },
  },
};
