import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alice, messageWriter, useServer } from '../support/server.js';
import type { Fields } from '../support/relying-party.js';
import {
  authorizeUrl,
  challenge,
  expectErrorRedirect,
  redirectUri,
} from '../support/authorization-requests.js';
import { shows } from '../support/walk.js';
import { useBrowser } from '../support/use-browser.js';

describe('What an authorization request may ask for', () => {
  const server = useServer({}, { users: [alice], clients: [messageWriter] });
  const browser = useBrowser(server);

  beforeAll(async () => {
    await server.register({ ...messageWriter, client_id: 'public', token_endpoint_auth_method: 'none' });
    await server.register({ ...messageWriter, client_id: 'without-pkce', require_pkce: false });
    await server.register({
      client_id: 'robot',
      redirect_uris: [redirectUri],
      grant_types: ['client_credentials'],
      scope: 'contacts.read',
    });
  });

  const refused: [condition: string, changes: Fields, error: string][] = [
    ['A5 a missing response_type', { response_type: undefined }, 'invalid_request'],
    ['A5 an unknown response_type', { response_type: 'banana' }, 'unsupported_response_type'],
    ['A5 response_type=token', { response_type: 'token' }, 'unsupported_response_type'],
    ['A5 response_type=id_token', { response_type: 'id_token' }, 'unsupported_response_type'],
    ['A5 response_type=code id_token', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['A5 response_type=CODE', { response_type: 'CODE' }, 'unsupported_response_type'],
    [
      'A5 response_type=code for a client without it',
      { client_id: 'robot', scope: 'contacts.read' },
      'unauthorized_client',
    ],
    ['A14 code_challenge_method=plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    [
      'A14 a challenge without method, which is plain',
      { code_challenge_method: undefined },
      'invalid_request',
    ],
    ['A14 an unknown method', { code_challenge_method: 's256' }, 'invalid_request'],
    ['A14 a method without challenge', { code_challenge: undefined }, 'invalid_request'],
    ['A14 a challenge of 42 characters', { code_challenge: 'a'.repeat(42) }, 'invalid_request'],
    ['A14 a challenge of 129 characters', { code_challenge: 'a'.repeat(129) }, 'invalid_request'],
    ['A14 a challenge with padding', { code_challenge: `${challenge}=` }, 'invalid_request'],
    [
      'A14 a challenge with other characters',
      { code_challenge: `${challenge.slice(1)}+` },
      'invalid_request',
    ],
    ...['message-writer', 'public'].map(
      (client_id) =>
        [
          `A14 no challenge from ${client_id}`,
          { client_id, code_challenge: undefined, code_challenge_method: undefined },
          'invalid_request',
        ] satisfies [string, Fields, string],
    ),
    ['A15 request', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    [
      'A15 request_uri',
      { request_uri: 'https://writer.example.com/request.jwt' },
      'request_uri_not_supported',
    ],
    ['A15 registration', { registration: '{}' }, 'registration_not_supported'],
    ['a scope with a character that is not allowed', { scope: 'openid "' }, 'invalid_scope'],
    ['a scope of another client', { scope: 'openid contacts.write' }, 'invalid_scope'],
    ['a scope that nobody knows alone', { scope: 'banana' }, 'invalid_scope'],
    ['the scope of the admin API for a client without it', { scope: 'openid eyrie.admin' }, 'invalid_scope'],
  ];
  it.each(refused)('%s is refused', async (_condition, changes, error) => {
    expectErrorRedirect(await browser.send(authorizeUrl(changes)), error, server);
  });

  it.each([
    [
      'A14 no challenge where the client need not use PKCE',
      { client_id: 'without-pkce', code_challenge: undefined, code_challenge_method: undefined },
    ],
    ['A14 a challenge of 128 characters', { code_challenge: 'a'.repeat(128) }],
    ['a scope that nobody knows beside others', { scope: 'openid banana' }],
    ['no scope at all', { scope: undefined }],
  ])('%s is accepted', async (_condition, changes) => {
    expect(shows.signIn(await browser.open(authorizeUrl(changes)))).toBe(true);
  });

  it('A15 nothing is fetched from a request_uri', async () => {
    let fetched = 0;
    const listener = createServer((_request, response) => {
      fetched++;
      response.end();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;

    const page = await browser.send(authorizeUrl({ request_uri: `http://127.0.0.1:${port}/request.jwt` }));

    expectErrorRedirect(page, 'request_uri_not_supported', server);
    expect(fetched).toBe(0);
    await new Promise((resolve) => listener.close(resolve));
  });
});
