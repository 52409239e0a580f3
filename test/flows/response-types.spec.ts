import { createHash } from 'node:crypto';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import * as client from 'openid-client';
import {
  authorizeUrl,
  expectErrorRedirect,
  redirectUri,
  rowCounts,
  verifier,
} from '../support/authorization-requests.js';
import { signedInBrowser, walk } from '../support/walk.js';
import { responseOf, type Shown, type TestBrowser } from '../support/browser.js';
import { alice, messageWriter, startServer, type TestServer } from '../support/server.js';
import { type Fields, RelyingParty, request } from '../support/relying-party.js';
import { responseTypes } from '../../src/protocol/response-type.js';

const tokenTypes = responseTypes.slice(1);
const registration = {
  grant_types: ['authorization_code', 'implicit', 'refresh_token'],
  response_types: [...responseTypes],
};

describe('Response types beyond code', () => {
  let server: TestServer;
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    server = await startServer({ EYRIE_RESPONSE_TYPES: tokenTypes.join(', ') });
    await server.createUser(alice);
    browser = await signedInBrowser(server);
    writer = await RelyingParty.register(server, registration, browser);
    await walk(browser, authorizeUrl({ client_id: writer.clientId, scope: messageWriter.scope }));
  });
  afterAll(() => server.stop());

  const ask = (changes: Fields, by = writer): Promise<Shown> =>
    walk(browser, authorizeUrl({ client_id: by.clientId, nonce: 'the nonce', ...changes }));
  const verified = async (idToken: string | null, by = writer): Promise<JWTPayload> => {
    const keys = createRemoteJWKSet(new URL('/jwks', server.issuer));
    return (await jwtVerify(idToken ?? '', keys, { issuer: server.issuer, audience: by.clientId })).payload;
  };
  const halfHash = (value: string | null): string =>
    createHash('sha256')
      .update(value ?? '')
      .digest()
      .subarray(0, 16)
      .toString('base64url');
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

  it.each(tokenTypes)('%s answers in the fragment, with exactly what it names', async (response_type) => {
    const page = await ask({ response_type });

    const { origin, pathname, search } = new URL(page.url);
    expect(`${origin}${pathname}${search}`).toBe(redirectUri);
    const answer = responseOf(page);
    const parts = response_type.split(' ');
    expect([...answer.keys()].toSorted()).toEqual(
      [
        ...(parts.includes('code') ? ['code'] : []),
        ...(parts.includes('id_token') ? ['id_token'] : []),
        ...(parts.includes('token') ? ['access_token', 'token_type', 'expires_in', 'scope'] : []),
        'state',
        'iss',
      ].toSorted(),
    );
    expect(answer.get('state')).toBe('the state');
  });

  it.each(tokenTypes.filter((type) => type.includes('id_token')))(
    'the ID token of %s holds the nonce and the hashes of what comes with it',
    async (response_type) => {
      const answer = responseOf(await ask({ response_type }));

      const claims = await verified(answer.get('id_token'));
      expect(claims).toMatchObject({ nonce: 'the nonce', sub: expect.any(String) as string });
      expect(claims.c_hash).toBe(answer.has('code') ? halfHash(answer.get('code')) : undefined);
      expect(claims.at_hash).toBe(
        answer.has('access_token') ? halfHash(answer.get('access_token')) : undefined,
      );
    },
  );

  it('an ID token that comes alone holds the claims of the scopes', async () => {
    const answer = responseOf(await ask({ response_type: 'id_token', scope: 'openid profile email' }));

    expect(await verified(answer.get('id_token'))).toMatchObject({
      name: 'Alice',
      preferred_username: 'alice',
      email: 'alice@example.com',
    });
  });

  it.each(['code id_token', 'id_token token'])(
    'the ID token of %s leaves the claims of the scopes to userinfo',
    async (response_type) => {
      const answer = responseOf(await ask({ response_type, scope: 'openid profile email' }));

      const claims = await verified(answer.get('id_token'));
      expect(claims).not.toHaveProperty('name');
      expect(claims).not.toHaveProperty('email');
    },
  );

  it('the code of a hybrid response is redeemed, for the same subject and nonce', async () => {
    const answer = responseOf(await ask({ response_type: 'code id_token' }));

    const { body, status } = await writer.redeem({ code: answer.get('code') ?? '', verifier });

    expect(status).toBe(200);
    const front = await verified(answer.get('id_token'));
    const back = await verified(body.id_token);
    expect([back.sub, back.nonce, back.sid]).toEqual([front.sub, front.nonce, front.sid]);
    expect(back).not.toHaveProperty('c_hash');
  });

  it.each(['jwt', 'opaque'])(
    'an access token (%s) works at userinfo, and dies with its grant',
    async (form) => {
      const other = await RelyingParty.register(
        server,
        { ...registration, access_token_format: form },
        browser,
      );
      const answer = responseOf(await ask({ response_type: 'code token' }, other));
      const token = answer.get('access_token') ?? '';
      const code = { code: answer.get('code') ?? '', verifier };

      const before = await other.userinfo(token);
      await other.redeem(code);
      await other.redeem(code);

      expect(before.status).toBe(200);
      expect((await other.userinfo(token)).status).toBe(401);
    },
  );

  it('the order of the values does not matter', async () => {
    const answer = responseOf(await ask({ response_type: 'token id_token code' }));

    expect([...answer.keys()]).toEqual(expect.arrayContaining(['code', 'id_token', 'access_token']));
  });

  it('no code, no challenge: a public client needs none for id_token', async () => {
    const app = await RelyingParty.register(
      server,
      {
        token_endpoint_auth_method: 'none',
        grant_types: ['implicit'],
        response_types: ['id_token'],
        scope: 'openid',
      },
      browser,
    );

    const page = await ask(
      {
        response_type: 'id_token',
        scope: 'openid',
        code_challenge: undefined,
        code_challenge_method: undefined,
      },
      app,
    );

    expect(await verified(responseOf(page).get('id_token'), app)).toHaveProperty('sub');
  });

  it('without a code offline_access is ignored', async () => {
    const answer = responseOf(
      await ask({ response_type: 'id_token token', scope: 'openid offline_access profile' }),
    );

    expect(answer.get('scope')).toBe('openid profile');
  });

  it('form_post and fragment.jwt carry the tokens too', async () => {
    const posted = await ask({ response_type: 'code id_token', response_mode: 'form_post' });
    const signed = responseOf(await ask({ response_type: 'code id_token', response_mode: 'jwt' }));

    expect(posted.html).toContain('name="id_token"');
    expect(await verified(signed.get('response'))).toMatchObject({
      code: expect.any(String) as string,
      id_token: expect.any(String) as string,
    });
  });

  describe('refusals', () => {
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
    ])('%s is refused by fragment, and nothing is issued', async (_what, changes, error) => {
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
    });

    it('prompt=none of a stranger is answered by fragment', async () => {
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
      'response_type "%s" does not exist: unsupported_response_type, by query',
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
    ])('%j cannot be registered', async (metadata) => {
      await expect(RelyingParty.register(server, metadata)).rejects.toMatchObject({ status: 400 });
    });
  });

  it('the metadata lists what is turned on', async () => {
    const { body } = await request(server, '/.well-known/openid-configuration');

    expect(body.response_types_supported).toEqual([...responseTypes]);
    expect(body.grant_types_supported).toContain('implicit');
    expect(body.claims_supported).toContain('c_hash');
  });

  it('where none is turned on the metadata lists code alone, requests and registrations are refused', async () => {
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

  const configure = (use: (config: client.Configuration) => void): Promise<client.Configuration> =>
    client.discovery(
      new URL(server.issuer),
      writer.clientId,
      undefined,
      client.ClientSecretBasic(writer.secret),
      { execute: [client.allowInsecureRequests, use] },
    );

  it('openid-client takes an ID token', async () => {
    const config = await configure(client.useIdTokenResponseType);
    const nonce = client.randomNonce();
    const url = client.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: 'openid', nonce });

    const left = await walk(browser, url.href);

    expect(await client.implicitAuthentication(config, new URL(left.url), nonce)).toMatchObject({ nonce });
  });

  it('openid-client checks c_hash, and redeems the code of a hybrid response', async () => {
    const config = await configure(client.useCodeIdTokenResponseType);
    const expectedNonce = client.randomNonce();
    const expectedState = client.randomState();
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile',
      nonce: expectedNonce,
      state: expectedState,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });

    const left = await walk(browser, url.href);

    const tokens = await client.authorizationCodeGrant(config, new URL(left.url), {
      expectedNonce,
      expectedState,
      pkceCodeVerifier,
    });
    expect(tokens.claims()).toMatchObject({ nonce: expectedNonce });
  });
});
