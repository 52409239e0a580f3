// What the recipes of README answer. It knows the guard as an installed package, so that bare services can use it too.
import { interceptFetch, TestIssuer, type TestToken } from '@eyrie/guard/testing';

/** A request with a token, or without one if it is `null`, and the status of its answer. */
type Call = readonly [
  status: number,
  request: `${'GET' | 'POST' | 'DELETE'} ${string}`,
  token: TestToken | null,
];

type Answer = [status: number, request: string];

interface Recipe {
  readonly issuer: string;
  readonly audience: string;
  readonly calls: readonly Call[];
}

const own = { issuer: 'https://id.example.com', audience: 'https://contacts.example.com' };
const auth0 = { client_id: undefined, azp: 'writer' };
const keycloak = { client_id: undefined, azp: 'writer', typ: 'Bearer' };
const entra = { client_id: undefined, scope: undefined, azp: 'writer' };

const friends = { type: 'contact_list', actions: ['read'], identifier: 'friends' };
const shared = { ...friends, actions: ['share'] };

/** By their headings. */
export const recipes: Readonly<Record<string, Recipe>> = {
  'Three lines': {
    ...own,
    calls: [
      [401, 'GET /contacts', null],
      [403, 'GET /contacts', {}],
      [200, 'GET /contacts', { scope: 'contacts.read' }],
      [401, 'GET /contacts', { scope: 'contacts.read', aud: 'https://other.example.com' }],
    ],
  },
  Keycloak: {
    issuer: 'https://sso.example.com/realms/contacts',
    audience: 'contacts',
    calls: [
      [401, 'GET /contacts', null],
      [200, 'GET /contacts', { scope: 'contacts.read', claims: keycloak }],
      [401, 'GET /contacts', { scope: 'contacts.read', claims: { ...keycloak, typ: 'ID' } }],
      [401, 'GET /contacts', { scope: 'contacts.read', aud: 'account', claims: keycloak }],
      [403, 'DELETE /contacts/1', { claims: keycloak }],
      [200, 'DELETE /contacts/1', { claims: { ...keycloak, realm_access: { roles: ['editor'] } } }],
      [
        200,
        'DELETE /contacts/1',
        { claims: { ...keycloak, resource_access: { contacts: { roles: ['editor'] } } } },
      ],
      [
        403,
        'DELETE /contacts/1',
        { claims: { ...keycloak, resource_access: { other: { roles: ['editor'] } } } },
      ],
    ],
  },
  'Microsoft Entra ID': {
    issuer: 'https://login.microsoftonline.com/6f3a1b2c-0d4e-4f5a-8b6c-7d8e9f0a1b2c/v2.0',
    audience: '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
    calls: [
      [401, 'GET /contacts', null],
      [200, 'GET /contacts', { claims: { ...entra, scp: 'Contacts.Read User.Read' } }],
      [403, 'GET /contacts', { claims: { ...entra, scp: 'User.Read' } }],
      [401, 'GET /contacts', { claims: { ...entra, scp: 'Contacts.Read', nonce: 'n' } }],
      [201, 'POST /contacts/import', { claims: { ...entra, roles: ['Contacts.Import'] } }],
      [403, 'POST /contacts/import', { claims: { ...entra, roles: ['Contacts.Read'] } }],
    ],
  },
  Auth0: {
    issuer: 'https://acme.eu.auth0.com/',
    audience: 'https://contacts.example.com',
    calls: [
      [401, 'GET /contacts', null],
      [200, 'GET /contacts', { scope: 'openid read:contacts', claims: auth0 }],
      [403, 'GET /contacts', { claims: { ...auth0, permissions: ['read:contacts'] } }],
      [200, 'DELETE /contacts/1', { claims: { ...auth0, permissions: ['delete:contacts'] } }],
      [403, 'DELETE /contacts/1', { scope: 'delete:contacts', claims: auth0 }],
    ],
  },
  'A roles guard and a throttler of your own': {
    ...own,
    calls: [
      [401, 'GET /contacts', null],
      [200, 'GET /contacts/about', null],
      [200, 'GET /contacts', { clientId: 'one' }],
      [200, 'GET /contacts', { clientId: 'one' }],
      [200, 'GET /contacts', { clientId: 'one' }],
      [429, 'GET /contacts', { clientId: 'one' }],
      [200, 'GET /contacts', { clientId: 'another' }],
      [403, 'GET /contacts/leads', { claims: { team: 'support' } }],
      [200, 'GET /contacts/leads', { claims: { team: 'sales' } }],
    ],
  },
  'A token that is optional': {
    ...own,
    calls: [
      [200, 'GET /contacts', null],
      [200, 'GET /contacts', {}],
      [401, 'GET /contacts', { expiresIn: -3600 }],
    ],
  },
  'Authorization details': {
    ...own,
    calls: [
      [401, 'GET /lists', null],
      [403, 'GET /lists', {}],
      [403, 'GET /lists', { claims: { authorization_details: [{ type: 'contact_list' }] } }],
      [200, 'GET /lists', { claims: { authorization_details: [friends] } }],
      [403, 'POST /lists/friends/share', { claims: { authorization_details: [friends] } }],
      [201, 'POST /lists/friends/share', { claims: { authorization_details: [shared] } }],
      [403, 'POST /lists/family/share', { claims: { authorization_details: [shared] } }],
    ],
  },
  'Permissions with CASL': {
    ...own,
    calls: [
      [401, 'GET /contacts', null],
      [403, 'GET /contacts', {}],
      [200, 'GET /contacts', { scope: 'contacts.read' }],
      [403, 'DELETE /contacts/1', { scope: 'contacts.read' }],
      [200, 'DELETE /contacts/1', { claims: { roles: ['admin'] } }],
    ],
  },
};

/** What a recipe should answer: status and request of each call. */
export const expected = ({ calls }: Recipe): Answer[] => calls.map(([status, request]) => [status, request]);

/** Calls a service that follows a recipe. */
export async function call(
  { issuer, audience, calls }: Recipe,
  start: () => Promise<{ url: string; close: () => Promise<unknown> }>,
): Promise<Answer[]> {
  const tokens = await TestIssuer.create({ issuer, audience });
  const restore = interceptFetch(tokens);
  const { url, close } = await start();
  const answered: Answer[] = [];
  for (const [, request, token] of calls) {
    const [method, path] = request.split(' ') as [string, string];
    const headers: Record<string, string> =
      token === null ? {} : { Authorization: `Bearer ${await tokens.mint(token)}` };
    const { status } = await fetch(url + path, { method, headers });
    answered.push([status, request]);
  }
  await close();
  restore();
  return answered;
}
