/**
 * The reference server: oidc-provider with production settings and only the features that the measured operations need. Sign-in and
 * consent are one route that finishes the interaction at once. A client that follows redirects gets a session with a remembered grant.
 *
 * Environment: PORT, DATABASE_URL.
 */
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider, errors } from 'oidc-provider';
import { createAdapterFactory } from './reference-adapter.mjs';
import { clients, resource, user } from './scenario.mjs';

const port = Number(process.env.PORT);
const issuer = `http://127.0.0.1:${port}`;
const HOUR = 3600;
const DAY = 24 * HOUR;

const byClientId = new Map(Object.values(clients).map((client) => [client.metadata.client_id, client]));

const account = {
  accountId: user.username,
  async claims() {
    return { sub: user.username, name: user.name, email: user.email, email_verified: true };
  },
};

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const signingKey = { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'bench' };

const provider = new Provider(issuer, {
  adapter: await createAdapterFactory(process.env.DATABASE_URL),
  clients: Object.values(clients).map(({ metadata: { scope: _scope, ...metadata } }) => metadata),
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  jwks: { keys: [signingKey] },
  cookies: { keys: ['0123456789abcdefghijklmnopqrstuv'] },
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  scopes: ['openid', 'offline_access'],
  findAccount: async (_ctx, sub) => (sub === user.username ? account : undefined),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  expiresWithSession: async () => false,
  rotateRefreshToken: true,
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: {
      enabled: true,
      allowedPolicy: async (_ctx, client, token) => client.clientId === token.clientId,
    },
    revocation: { enabled: true },
    pushedAuthorizationRequests: { enabled: false },
    dPoP: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: async (_ctx, client) => byClientId.get(client.clientId)?.audience,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_ctx, indicator, client) => {
        if (indicator !== resource.identifier) throw new errors.InvalidTarget();
        return {
          scope: Object.keys(resource.scopes).join(' '),
          audience: resource.identifier,
          accessTokenFormat: byClientId.get(client.clientId).tokenFormat,
          accessTokenTTL: HOUR,
          jwt: { sign: { alg: 'ES256' } },
        };
      },
    },
  },
  routes: {
    authorization: '/authorize',
    token: '/token',
    introspection: '/introspect',
    revocation: '/revoke',
    userinfo: '/userinfo',
    jwks: '/jwks',
  },
  ttl: {
    AccessToken: HOUR,
    AuthorizationCode: 60,
    ClientCredentials: HOUR,
    Grant: 14 * DAY,
    IdToken: HOUR,
    Interaction: HOUR,
    RefreshToken: 14 * DAY,
    Session: 14 * DAY,
  },
});

/** Signs the user in and grants everything that is requested, as if a person had pressed "Allow". */
async function finishInteraction(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: user.username, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  grant.addResourceScope(resource.identifier, params.scope);
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { login: { accountId: user.username }, consent });
}

const protocol = provider.callback();
createServer((request, response) => {
  if (request.url.startsWith('/interaction/')) {
    finishInteraction(request, response).catch((error) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  } else {
    protocol(request, response);
  }
}).listen(port, '127.0.0.1');
