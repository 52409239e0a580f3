import { useServer } from '../support/server.js';
import { type Answer, expectRefusal, post } from '../support/relying-party.js';
import { clientCount, metadata, send } from '../support/dynamic-registration.js';

describe('F2 errors of dynamic registration', () => {
  const server = useServer({
    EYRIE_REGISTRATION: 'open',
    EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: '1000',
  });

  const register = async (body: unknown): Promise<Answer> => send(server, 'POST', '/register', body);

  const invalidUri: [string, unknown][] = [
    ['http elsewhere', ['http://rp.example.com/callback']],
    ['a fragment', ['https://rp.example.com/callback#x']],
    ['javascript', ['javascript:alert(1)']],
    ['a wildcard', ['https://*.example.com/callback']],
    ['user information', ['https://user@rp.example.com/']],
    ['a private-use scheme without a dot', ['writer:/callback']],
    ['a host that would end a directive of our policy', ['https://rp.example.com;sandbox/callback']],
    ['a host in disguise', ['https://%72p.example.com/callback']],
    ['a relative one', ['/callback']],
    ['none at all', undefined],
    ['an empty list', []],
    ['no list', 'https://rp.example.com/callback'],
    ['a number', [7]],
  ];
  it.each(invalidUri)(
    'F2 a registration with redirect_uris that have %s is invalid_redirect_uri, and nothing is registered',
    async (_title, uris) => {
      const before = await clientCount(server);
      expectRefusal(await register({ ...metadata, redirect_uris: uris }), 400, 'invalid_redirect_uri');
      expect(await clientCount(server)).toBe(before);
    },
  );

  const ec = {
    kty: 'EC',
    crv: 'P-256',
    x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
    y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  };
  const invalidMetadata: [string, object | string][] = [
    ['jwks with jwks_uri', { jwks: { keys: [ec] }, jwks_uri: 'https://rp.example.com/jwks' }],
    ['a private key in jwks', { jwks: { keys: [{ ...ec, d: 'd' }] } }],
    ['jwks_uri over http', { jwks_uri: 'http://rp.example.com/jwks' }],
    ['jwks_uri on loopback', { jwks_uri: 'https://127.0.0.1/jwks' }],
    ['jwks_uri in a private network', { jwks_uri: 'https://192.168.1.1/jwks' }],
    ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['an unknown authentication method', { token_endpoint_auth_method: 'password' }],
    ['response types that do not fit', { response_types: [] }],
    ['an unsigned ID token', { id_token_signed_response_alg: 'none' }],
    ['a malformed scope', { scope: 'openid  "x"' }],
    ['a logo that is no URL', { logo_uri: 'javascript:alert(1)' }],
    ['a negative default_max_age', { default_max_age: -1 }],
    ['a name that is no text', { client_name: { evil: true } }],
    ['a name that holds a control character', { client_name: 'New\u0007comer' }],
    ['a name that turns the text around it', { client_name: 'New\u202ecomer' }],
    ['a contact of two lines', { contacts: ['ops@example.com\nroot@example.com'] }],
    ['a name that is too long', { client_name: 'x'.repeat(300) }],
    ['a public client without PKCE', { token_endpoint_auth_method: 'none', require_pkce: false }],
    ['an unregistered application type', { application_type: 'desktop' }],
  ];
  it.each(invalidMetadata)(
    'F2 a registration with %s is invalid_client_metadata, and nothing is registered',
    async (_title, changes) => {
      const before = await clientCount(server);
      expectRefusal(await register({ ...metadata, ...(changes as object) }), 400, 'invalid_client_metadata');
      expect(await clientCount(server)).toBe(before);
    },
  );

  it.each([
    ['a list', '[]', 'invalid_client_metadata'],
    ['text', '"text"', 'invalid_client_metadata'],
    ['null', 'null', 'invalid_client_metadata'],
    ['broken JSON', '{', 'invalid_request'],
    ['a prototype', '{"__proto__":{"x":1}}', 'invalid_request'],
  ])('a registration whose body is %s is refused', async (_title, body, error) => {
    expectRefusal(await register(body), 400, error);
  });

  it('a registration by form is refused, one that is too large is 413, and another method is 405 with Allow', async () => {
    expectRefusal(await post(server, '/register', { client_name: 'x' }), 400, 'invalid_client_metadata');
    expectRefusal(await register({ ...metadata, client_name: 'x'.repeat(70_000) }), 413, 'invalid_request');
    const answer = await send(server, 'GET', '/register');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});
