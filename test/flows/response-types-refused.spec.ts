import { authorizeUrl, expectErrorRedirect, rowCounts } from '../support/authorization-requests.js';
import type { Shown, TestBrowser } from '../support/browser.js';
import { messageWriter, startServer, useServer } from '../support/server.js';
import { allTypesAllowed, registerAllowed, registration, tokenTypes } from '../support/response-types.js';
import { RelyingParty, request } from '../support/relying-party.js';

describe('Refusals of response types beyond code', () => {
  const server = useServer(allTypesAllowed);
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    ({ browser, writer } = await registerAllowed(server));
  });

  /** The redirect's error, which must be in the fragment; nothing may be issued. */
  const refusal = (page: Shown): string | null => {
    const { search, hash } = new URL(page.headers.get('location') ?? '');
    const answer = new URLSearchParams(hash.slice(1));
    expect({ status: page.status, search, state: answer.get('state'), iss: answer.get('iss') }).toEqual({
      status: 303,
      search: '',
      state: 'the state',
      iss: server.issuer,
    });
    for (const issued of ['code', 'id_token', 'access_token']) expect(answer.has(issued)).toBe(false);
    return answer.get('error');
  };

  it.each([
    ['id_token without nonce', { nonce: undefined }, 'invalid_request'],
    ['id_token without openid', { scope: 'contacts.read' }, 'invalid_request'],
    ['response_mode=query', { response_mode: 'query' }, 'invalid_request'],
    ['response_mode=query.jwt', { response_mode: 'query.jwt' }, 'invalid_request'],
    ['an unknown response_mode', { response_mode: 'magic' }, 'invalid_request'],
    ['a scope of others', { scope: 'openid contacts.write' }, 'invalid_scope'],
    [
      'a code without a challenge',
      { response_type: 'code id_token', code_challenge: undefined, code_challenge_method: undefined },
      'invalid_request',
    ],
  ])(
    'a request for tokens with %s is refused by fragment, and nothing is issued',
    async (_what, changes, error) => {
      const before = await rowCounts(server);

      const page = await browser.send(
        authorizeUrl({
          client_id: writer.clientId,
          response_type: 'id_token',
          nonce: 'the nonce',
          ...changes,
        }),
      );

      expect(refusal(page)).toBe(error);
      expect(await rowCounts(server)).toEqual(before);
    },
  );

  it('prompt=none without a session is answered by fragment', async () => {
    const page = await fetch(
      new URL(
        authorizeUrl({ client_id: writer.clientId, response_type: 'id_token', nonce: 'n', prompt: 'none' }),
        server.issuer,
      ),
      { redirect: 'manual' },
    );

    expect(new URL(page.headers.get('location') ?? '').hash).toContain('error=login_required');
  });

  it.each(tokenTypes)(
    '%s of a client that is not registered for it is unauthorized_client',
    async (response_type) => {
      const plain = await RelyingParty.register(server);

      const page = await browser.send(
        authorizeUrl({ client_id: plain.clientId, response_type, nonce: 'the nonce' }),
      );

      expect(refusal(page)).toBe('unauthorized_client');
    },
  );

  it.each(['token', 'none', 'code code', 'id_token id_token', 'code  id_token', 'CODE'])(
    'response_type "%s", which does not exist, is unsupported_response_type, by query',
    async (response_type) => {
      const page = await browser.send(authorizeUrl({ client_id: writer.clientId, response_type }));

      expectErrorRedirect(page, 'unsupported_response_type', server);
    },
  );

  it('grant_type=implicit does not exist at the token endpoint', async () => {
    const { body, status } = await writer.token({ grant_type: 'implicit' });

    expect({ status, error: body.error }).toEqual({ status: 400, error: 'unsupported_grant_type' });
  });

  it.each([
    [{ response_types: ['id_token'], grant_types: ['authorization_code'] }],
    [{ response_types: ['code'], grant_types: ['authorization_code', 'implicit'] }],
    [{ response_types: ['id_token'], grant_types: ['implicit'], redirect_uris: [] }],
    [{ response_types: ['id_token'], grant_types: ['implicit'], redirect_uris: ['http://localhost/cb'] }],
  ])('a client with %j cannot be registered', async (metadata) => {
    await expect(RelyingParty.register(server, metadata)).rejects.toMatchObject({ status: 400 });
  });

  it('where no response type beyond code is turned on the metadata lists code alone, requests and registrations are refused', async () => {
    const plain = await startServer();
    try {
      await plain.register(messageWriter);
      const { body } = await request(plain, '/.well-known/openid-configuration');
      const page = await fetch(
        new URL(authorizeUrl({ response_type: 'code id_token', nonce: 'n' }), plain.issuer),
        { redirect: 'manual' },
      );

      expect(body.response_types_supported).toEqual(['code']);
      expect(body.grant_types_supported).not.toContain('implicit');
      expect(new URL(page.headers.get('location') ?? '').searchParams.get('error')).toBe(
        'unsupported_response_type',
      );
      await expect(RelyingParty.register(plain, registration)).rejects.toMatchObject({ status: 400 });
    } finally {
      await plain.stop();
    }
  });

  it('a response type that does not exist ends the start with its name', async () => {
    await expect(startServer({ EYRIE_RESPONSE_TYPES: 'token' })).rejects.toThrow(
      'EYRIE_RESPONSE_TYPES is "token"',
    );
  });
});
