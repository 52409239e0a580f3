import { createHash } from 'node:crypto';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { authorizeUrl, redirectUri, verifier } from '../support/authorization-requests.js';
import { walk } from '../support/walk.js';
import { responseOf, type Shown, type TestBrowser } from '../support/browser.js';
import { useServer } from '../support/server.js';
import { allTypesAllowed, registerAllowed, registration, tokenTypes } from '../support/response-types.js';
import { type Fields, RelyingParty, request } from '../support/relying-party.js';
import { responseTypes } from '../../src/protocol/response-type.js';

describe('Response types beyond code', () => {
  const server = useServer(allTypesAllowed);
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    ({ browser, writer } = await registerAllowed(server));
  });

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
    'an access token (%s) works at userinfo, and is revoked with its grant',
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

  it('the order of the values of response_type does not matter', async () => {
    const answer = responseOf(await ask({ response_type: 'token id_token code' }));

    expect([...answer.keys()]).toEqual(expect.arrayContaining(['code', 'id_token', 'access_token']));
  });

  it('a public client needs no code_challenge for response_type id_token', async () => {
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
  it('the metadata lists the response types that are turned on', async () => {
    const { body } = await request(server, '/.well-known/openid-configuration');

    expect(body.response_types_supported).toEqual([...responseTypes]);
    expect(body.grant_types_supported).toContain('implicit');
    expect(body.claims_supported).toContain('c_hash');
  });
});
