import { authorizeAsUser } from './browser.mjs';
import { Connection } from './connection.mjs';
import {
  assert,
  assertUserTokens,
  authorizationRequest,
  introspect,
  isJwt,
  obtainTokens,
  postBare,
  readUserinfo,
  redeemCode,
  requestTokens,
} from './requests.mjs';
import { clients, company, user } from './scenario.mjs';

/**
 * The measured operations. `prepare(origin)` makes the state that one worker of the load generator needs, before the time is measured.
 * `run(connection, state)` is one operation. It throws if the response is wrong, so that errors do not count. `budget` is the required
 * ratio of the CPU of the reference to the CPU of Eyrie.
 */
export const operations = {
  client_credentials: {
    title: 'client_credentials (JWT)',
    servers: ['eyrie', 'reference'],
    budget: 2,
    prepare: async () => ({}),
    async run(connection) {
      const tokens = await requestTokens(
        connection,
        clients.jwt,
        'grant_type=client_credentials&scope=contacts.read',
      );
      assert(isJwt(tokens.access_token), 'the access token is not a JWT', tokens);
    },
  },

  introspection: {
    title: 'introspection (opaque)',
    servers: ['eyrie', 'reference'],
    budget: 2.5,
    prepare: async (origin) => ({ ...(await obtainTokens(origin, clients.opaque)), client: clients.opaque }),
    run: introspect,
  },

  introspection_jwt: {
    title: 'introspection (JWT)',
    servers: ['eyrie'],
    prepare: async (origin) => ({ ...(await obtainTokens(origin, clients.jwt)), client: clients.jwt }),
    run: introspect,
  },

  refresh: {
    title: 'refresh (rotating)',
    servers: ['eyrie', 'reference'],
    budget: 2,
    ...refreshOf(clients.jwt, user),
  },

  code_flow: {
    title: 'code flow (session, consent)',
    servers: ['eyrie', 'reference'],
    budget: 2,
    ...codeFlowOf(clients.jwt, user),
  },

  userinfo: {
    title: 'userinfo (opaque)',
    servers: ['eyrie', 'reference'],
    budget: 2,
    prepare: (origin) => obtainTokens(origin, clients.account),
    run: readUserinfo,
  },

  userinfo_jwt: {
    title: 'userinfo (JWT)',
    servers: ['eyrie'],
    prepare: (origin) => obtainTokens(origin, clients.jwt),
    run: readUserinfo,
  },

  member_refresh: {
    title: 'refresh with groups and roles',
    servers: ['eyrie-company'],
    ...refreshOf(company.client, company.user),
  },

  member_code_flow: {
    title: 'code flow with groups and roles',
    servers: ['eyrie-company'],
    ...codeFlowOf(company.client, company.user),
  },

  member_sign_in: {
    title: 'sign-in of somebody in groups',
    servers: ['eyrie-company'],
    async prepare(origin) {
      await obtainTokens(origin, company.client, company.user);
      return { origin };
    },
    async run(_connection, { origin }) {
      const { location } = await authorizeAsUser(
        origin,
        authorizationRequest(company.client).target,
        company.user,
      );
      assert(location.searchParams.has('code'), 'no code', location.href);
    },
  },

  bare_post: {
    title: 'Fastify POST, nothing else',
    servers: ['bare'],
    prepare: async () => ({}),
    run: (connection) => postBare(connection, '/token'),
  },

  bare_signed: {
    title: 'Fastify POST, one ES256',
    servers: ['bare'],
    prepare: async () => ({}),
    run: (connection) => postBare(connection, '/signed'),
  },

  open_route: {
    title: 'Nest route without the guard',
    servers: ['guarded', 'guarded-200'],
    prepare: obtainGuardedToken,
    run: (connection, { token }) => readContacts(connection, '/open', token),
  },

  guarded_route: {
    title: 'the same route with the guard',
    servers: ['guarded', 'guarded-200'],
    prepare: obtainGuardedToken,
    run: (connection, { token }) => readContacts(connection, '/guarded', token),
  },
};

function refreshOf(client, who) {
  return {
    prepare: (origin) => obtainTokens(origin, client, who),
    async run(connection, state) {
      const form = `grant_type=refresh_token&refresh_token=${encodeURIComponent(state.refresh_token)}`;
      const tokens = await requestTokens(connection, client, form);
      assertUserTokens(tokens, client);
      assert(tokens.refresh_token !== state.refresh_token, 'the refresh token did not rotate', tokens);
      state.refresh_token = tokens.refresh_token;
    },
  };
}

function codeFlowOf(client, who) {
  return {
    async prepare(origin) {
      const request = authorizationRequest(client);
      const { cookie } = await authorizeAsUser(origin, request.target, who);
      return { ...request, cookieLine: `cookie: ${cookie}\r\n` };
    },
    async run(connection, { target, verifier, cookieLine }) {
      const response = await connection.request('GET', target, cookieLine);
      assert(response.status === 302 || response.status === 303, 'no redirect', response);
      const location = new URL(response.header('location'));
      const tokens = await redeemCode(connection, client, location, verifier);
      assertUserTokens(tokens, client);
    },
  };
}

async function obtainGuardedToken(origin) {
  const connection = new Connection(origin);
  try {
    return { token: (await connection.request('GET', '/token')).body };
  } finally {
    connection.close();
  }
}

async function readContacts(connection, path, token) {
  const response = await connection.request('GET', path, `authorization: Bearer ${token}\r\n`);
  assert(
    response.status === 200 && response.json().contacts,
    `the route answered ${response.status}`,
    response.body,
  );
}
