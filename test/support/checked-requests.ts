import { readSettings } from '../../src/config/settings.js';
import type { RequestSource, ScopedRequest } from '../../src/authorize/authorization-request.js';
import type { Knowledge } from '../../src/authorize/checks/check.js';
import { RegisteredClient } from '../../src/clients/registered-client.js';
import type { Client } from '../../src/persistence/entities/client.entity.js';
import { defaultAccessTokenForm } from '../../src/protocol/access-token.js';
import { parseAuthorizationDetails } from '../../src/protocol/authorization-details.js';
import { parseClaimsRequest } from '../../src/protocol/claims-request.js';
import { OAuthError } from '../../src/protocol/errors.js';
import { Parameters } from '../../src/protocol/parameters.js';
import { defaultMode } from '../../src/protocol/response-mode.js';
import type { ProtectedResource } from '../../src/resource/resource-catalogue.js';

export const parametersOf = (fields: Readonly<Record<string, string>>): Parameters =>
  Parameters.from(Object.entries(fields));

/** A client as it is registered, without a database. */
export const clientWith = (changes: Partial<Client> = {}): RegisteredClient =>
  new RegisteredClient(
    {
      clientId: 'message-writer',
      clientName: 'MessageWriter',
      scope: 'openid profile offline_access contacts.read',
      redirectUris: ['https://writer.example.com/callback'],
      grantTypes: ['authorization_code', 'refresh_token'],
      responseTypes: ['code'],
      tokenEndpointAuthMethod: 'client_secret_basic',
      subjectType: 'public',
      defaultMaxAge: null,
      defaultAcrValues: [],
      requireSecondFactor: false,
      requirePkce: true,
      requirePushedAuthorizationRequests: false,
      requireSignedRequestObject: false,
      ...changes,
    } as Client,
    [],
  );

/** A request at every stage before its last one, to call a single check with. */
export const requestWith = (
  fields: Readonly<Record<string, string>> = {},
  changes: Partial<ScopedRequest> = {},
): ScopedRequest => ({
  ...sourceOf(parametersOf(fields)),
  client: clientWith(),
  redirectUri: 'https://writer.example.com/callback',
  redirectUriSent: true,
  state: undefined,
  responseMode: defaultMode(false),
  responseType: 'code',
  claims: parseClaimsRequest(undefined),
  scopes: ['openid'],
  authorizationDetails: [],
  organization: undefined,
  ...changes,
});

export const sourceOf = (parameters: Parameters): RequestSource => ({
  parameters,
  travelling: parameters,
  pushed: undefined,
  signed: false,
});

const registered: readonly ProtectedResource[] = [
  {
    identifier: 'https://contacts.example.com',
    name: 'ContactSaver',
    scopes: { 'contacts.read': 'Read your contacts', 'contacts.write': 'Change your contacts' },
    ...defaultAccessTokenForm,
  },
  {
    identifier: 'https://id.example.com',
    name: 'Eyrie',
    scopes: { openid: 'Your identity', profile: 'Your profile', offline_access: 'Stay signed in' },
    ...defaultAccessTokenForm,
  },
];

/** What checks may ask, of a server that knows MessageWriter and the resource ContactSaver. */
export const knowledgeWith = (settings: Partial<Knowledge['settings']> = {}): Knowledge => ({
  clients: { find: async (clientId) => (clientId === 'message-writer' ? clientWith() : undefined) },
  catalogue: {
    all: async () => registered,
    isOwn: async (scope) => !scope.startsWith('contacts.'),
    registered: async (identifiers) => [...identifiers],
    scopesAt: async (scopes, identifiers) =>
      scopes.filter((scope) =>
        identifiers.includes(
          scope.startsWith('contacts.') ? 'https://contacts.example.com' : 'https://id.example.com',
        ),
      ),
  },
  authorizationDetails: {
    at: async (details) => details,
    requested: async (parameter) => parseAuthorizationDetails(parameter),
    resourcesOf: async () => [],
  },
  jwtVerifier: { verifyHint: async (hint) => (hint === 'hint of alice' ? { sub: 'alice' } : undefined) },
  settings: {
    issuer: 'https://id.example.com',
    responseTypes: ['code', 'code id_token', 'id_token'],
    requirePushedRequests: false,
    signIn: readSettings({}).signIn,
    ...settings,
  },
});

/** What came of a check: what it added, or the code of its OAuth error. */
export async function outcomeOf(check: () => object | void | Promise<object | void>): Promise<unknown> {
  try {
    return (await check()) ?? 'passed';
  } catch (error) {
    if (error instanceof OAuthError) return error.code;
    throw error;
  }
}
