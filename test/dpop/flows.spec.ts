import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { generateKeyPair } from 'jose';
import type { Registration } from '../../src/clients/client-registration.js';
import { allow, signIn, TestBrowser } from '../support/browser.js';
import { alice, contacts, startServer, type TestServer } from '../support/server.js';
import {
  type Answer,
  basic,
  expectRefusal,
  payloadOf,
  post,
  RelyingParty,
  request,
} from '../support/relying-party.js';
import { proof, type ProofKey, proofKey, userinfoProof } from '../support/dpop-proofs.js';

const publicClient: Registration = { token_endpoint_auth_method: 'none' };
const redirectUri = 'https://writer.example.com/callback';

describe('G3 DPoP', () => {
  let server: TestServer;
  let subject: string;
  let key: ProofKey;
  let other: ProofKey;

  beforeAll(async () => {
    server = await startServer();
    subject = await server.createUser(alice);
    key = await proofKey();
    other = await proofKey();
  });
  afterAll(() => server.stop());

  const send = async (
    client: RelyingParty,
    fields: Record<string, string>,
    dpop?: string,
  ): Promise<Answer> => {
    const isPublic = client.secret === '';
    return post(server, '/token', isPublic ? { client_id: client.clientId, ...fields } : fields, {
      ...(isPublic ? {} : { authorization: basic(client.clientId, client.secret) }),
      ...(dpop === undefined ? {} : { dpop }),
    });
  };
  const redeem = async (client: RelyingParty, parameters = {}, dpop?: string): Promise<Answer> => {
    const { code, verifier } = await client.authorize(parameters);
    const fields = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    };
    return send(client, fields, dpop);
  };
  const refresh = async (client: RelyingParty, token: string, dpop?: string): Promise<Answer> =>
    send(client, { grant_type: 'refresh_token', refresh_token: token }, dpop);
  const userinfo = async (token: string, headers: Record<string, string>): Promise<Answer> =>
    request(server, '/userinfo', { headers: { authorization: `DPoP ${token}`, ...headers } });

  describe('with real clients', () => {
    it.each(['ES256', 'RS256', 'PS256', 'Ed25519'])(
      'openid-client gets bound tokens by a pushed request, asks userinfo and refreshes, with a key for %s',
      async (alg) => {
        const { clientId } = await server.register({ ...publicRegistration(), client_id: `oc-${alg}` });
        const config = await openid.discovery(new URL(server.issuer), clientId, undefined, openid.None(), {
          execute: [openid.allowInsecureRequests],
        });
        expect(config.serverMetadata().dpop_signing_alg_values_supported).toContain(alg);
        const DPoP = openid.getDPoPHandle(config, await generateKeyPair(alg, { extractable: true }));
        const verifier = openid.randomPKCECodeVerifier();
        const state = openid.randomState();
        const url = await openid.buildAuthorizationUrlWithPAR(
          config,
          {
            redirect_uri: redirectUri,
            scope: 'openid profile offline_access',
            state,
            code_challenge: await openid.calculatePKCECodeChallenge(verifier),
            code_challenge_method: 'S256',
          },
          { DPoP },
        );
        const browser = new TestBrowser(server.issuer);
        const left = await allow(browser, await signIn(browser, await browser.open(url.href), alice));
        const tokens = await openid.authorizationCodeGrant(
          config,
          new URL(left.url),
          { pkceCodeVerifier: verifier, expectedState: state },
          undefined,
          { DPoP },
        );
        expect(tokens.token_type).toBe('dpop');
        expect(payloadOf(tokens.access_token).cnf).toEqual({ jkt: await DPoP.calculateThumbprint() });
        const claims = await openid.fetchUserInfo(config, tokens.access_token, subject, { DPoP });
        expect(claims.name).toBe('Alice');
        const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, {
          DPoP,
        });
        expect(refreshed.token_type).toBe('dpop');
        await expect(openid.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
          error: 'invalid_grant',
        });
      },
    );

    it('oauth4webapi gets a bound token for itself, whose introspection tells its key', async () => {
      const { clientId, secret } = await server.register({
        grant_types: ['client_credentials'],
        scope: 'contacts.read',
        introspection_resources: [contacts.identifier],
      });
      const insecure = { [oauth.allowInsecureRequests]: true };
      const issuer = new URL(server.issuer);
      const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
      const client: oauth.Client = { client_id: clientId };
      const auth = oauth.ClientSecretBasic(secret);
      const DPoP = oauth.DPoP(client, await generateKeyPair('ES256', { extractable: true }));
      const tokens = await oauth.processClientCredentialsResponse(
        as,
        client,
        await oauth.clientCredentialsGrantRequest(as, client, auth, {}, { DPoP, ...insecure }),
      );
      expect(tokens.token_type).toBe('dpop');
      const told = await oauth.processIntrospectionResponse(
        as,
        client,
        await oauth.introspectionRequest(as, client, auth, tokens.access_token, insecure),
      );
      expect(told).toMatchObject({
        active: true,
        token_type: 'DPoP',
        cnf: { jkt: await DPoP.calculateThumbprint() },
      });
    });
  });

  it.each(['jwt', 'opaque'])(
    'a bound %s token is introspected with its key, and a bearer token without',
    async (format) => {
      const writer = await RelyingParty.register(server, { access_token_format: format });
      const bound = await redeem(writer, {}, await proof(server, key));
      expect(bound.body.token_type).toBe('DPoP');
      expect((await writer.introspect(bound.body.access_token)).body).toMatchObject({
        active: true,
        token_type: 'DPoP',
        cnf: { jkt: key.thumbprint },
      });
      const bearer = await redeem(writer);
      expect(bearer.body.token_type).toBe('Bearer');
      const told = (await writer.introspect(bearer.body.access_token)).body;
      expect(told).toMatchObject({ active: true, token_type: 'Bearer' });
      expect(told).not.toHaveProperty('cnf');
    },
  );

  describe('dpop_jkt', () => {
    let writer: RelyingParty;
    beforeAll(async () => {
      writer = await RelyingParty.register(server);
    });

    it('binds the code: only its key redeems it, and another try consumes nothing', async () => {
      const { code, verifier } = await writer.authorize({ dpop_jkt: key.thumbprint });
      const fields = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      };
      expectRefusal(await send(writer, fields), 400, 'invalid_grant');
      expectRefusal(await send(writer, fields, await proof(server, other)), 400, 'invalid_grant');
      const answer = await send(writer, fields, await proof(server, key));
      expect({ status: answer.status, type: answer.body.token_type }).toEqual({ status: 200, type: 'DPoP' });
      expect(payloadOf(answer.body.access_token).cnf).toEqual({ jkt: key.thumbprint });
    });

    it.each(['short', `${'x'.repeat(42)}=`, 'x'.repeat(44)])(
      'that is no thumbprint (%s) is invalid_request',
      async (thumbprint) => {
        await expect(writer.authorize({ dpop_jkt: thumbprint })).rejects.toThrow('error=invalid_request');
      },
    );

    it('pushed with a proof of another key is invalid_request, and with that of its own is kept', async () => {
      const push = async (fields: Record<string, string>, signer: ProofKey): Promise<Answer> =>
        post(
          server,
          '/par',
          {
            response_type: 'code',
            redirect_uri: redirectUri,
            scope: 'openid',
            code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
            code_challenge_method: 'S256',
            ...fields,
          },
          {
            authorization: basic(writer.clientId, writer.secret),
            dpop: await proof(server, signer, {}, '/par'),
          },
        );
      expectRefusal(await push({ dpop_jkt: key.thumbprint }, other), 400, 'invalid_request');
      expect((await push({ dpop_jkt: key.thumbprint }, key)).status).toBe(201);
      expect((await push({ dpop_jkt: '' }, key)).status).toBe(201);
      expectRefusal(
        await post(
          server,
          '/par',
          { client_id: writer.clientId },
          {
            authorization: basic(writer.clientId, writer.secret),
            dpop: await proof(server, key),
          },
        ),
        400,
        'invalid_request',
      );
    });

    it('is taken from the proof of a pushed request', async () => {
      const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
      const pushed = await post(
        server,
        '/par',
        {
          response_type: 'code',
          redirect_uri: redirectUri,
          scope: 'openid',
          code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
          code_challenge_method: 'S256',
        },
        { authorization: basic(writer.clientId, writer.secret), dpop: await proof(server, key, {}, '/par') },
      );
      const { code } = await writer.authorize({ request_uri: String(pushed.body.request_uri) });
      const fields = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      };
      expectRefusal(await send(writer, fields), 400, 'invalid_grant');
      expect((await send(writer, fields, await proof(server, key))).status).toBe(200);
    });
  });

  describe('refresh tokens', () => {
    it('of a public client are bound: another key or none gets invalid_grant, and revokes nothing', async () => {
      const app = await RelyingParty.register(server, publicClient);
      const first = (await redeem(app, {}, await proof(server, key))).body.refresh_token;
      expectRefusal(await refresh(app, first), 400, 'invalid_grant');
      expectRefusal(await refresh(app, first, await proof(server, other)), 400, 'invalid_grant');
      const second = (await refresh(app, first, await proof(server, key))).body.refresh_token;
      expect(second).not.toBe(first);

      server.clock.advance(11);
      expectRefusal(await refresh(app, first), 400, 'invalid_grant');
      expectRefusal(await refresh(app, second), 400, 'invalid_grant');
      const third = await refresh(app, second, await proof(server, key));
      expect({ status: third.status, type: third.body.token_type }).toEqual({ status: 200, type: 'DPoP' });
    });

    it('of a public client, rotated and replayed with the key, end the grant', async () => {
      const app = await RelyingParty.register(server, publicClient);
      const first = (await redeem(app, {}, await proof(server, key))).body.refresh_token;
      const second = (await refresh(app, first, await proof(server, key))).body.refresh_token;
      server.clock.advance(11);
      expectRefusal(await refresh(app, first, await proof(server, key)), 400, 'invalid_grant');
      expectRefusal(await refresh(app, second, await proof(server, key)), 400, 'invalid_grant');
    });

    it('of a public client that begins with DPoP later are bound from then on', async () => {
      const app = await RelyingParty.register(server, publicClient);
      const unbound = (await redeem(app)).body.refresh_token;
      const bound = await refresh(app, unbound, await proof(server, key));
      expect(bound.body.token_type).toBe('DPoP');
      expectRefusal(await refresh(app, bound.body.refresh_token), 400, 'invalid_grant');
    });

    it('of a confidential client are not: it may change its key', async () => {
      const writer = await RelyingParty.register(server);
      const first = await redeem(writer, {}, await proof(server, key));
      const second = await refresh(writer, first.body.refresh_token, await proof(server, other));
      expect(payloadOf(second.body.access_token).cnf).toEqual({ jkt: other.thumbprint });
      const third = await refresh(writer, second.body.refresh_token);
      expect({ status: third.status, type: third.body.token_type }).toEqual({ status: 200, type: 'Bearer' });
    });
  });

  it('dpop_bound_access_tokens: without a proof nothing is issued nor consumed, at any grant type', async () => {
    const bound = await RelyingParty.register(server, {
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      dpop_bound_access_tokens: true,
    });
    const { code, verifier } = await bound.authorize();
    const fields = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    };
    expectRefusal(await send(bound, fields), 400, 'invalid_dpop_proof');
    const tokens = (await send(bound, fields, await proof(server, key))).body;
    expectRefusal(await refresh(bound, tokens.refresh_token), 400, 'invalid_dpop_proof');
    expect((await refresh(bound, tokens.refresh_token, await proof(server, key))).status).toBe(200);
    expectRefusal(await send(bound, { grant_type: 'client_credentials' }), 400, 'invalid_dpop_proof');
  });

  describe('at userinfo', () => {
    let token: string;
    let bearer: string;
    let writer: RelyingParty;
    beforeAll(async () => {
      writer = await RelyingParty.register(server);
      token = (await redeem(writer, {}, await proof(server, key))).body.access_token;
      bearer = (await redeem(writer)).body.access_token;
    });

    it('a bound token with its proof is answered, by GET and POST', async () => {
      const answer = await userinfo(token, { dpop: await userinfoProof(server, key, token) });
      expect(answer.body).toMatchObject({ sub: subject, name: 'Alice' });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const dpop = await userinfoProof(server, key, token, { claims: { htm: 'POST' } });
      const headers = { authorization: `dpop ${token}`, dpop };
      expect((await request(server, '/userinfo', { method: 'POST', headers })).body.sub).toBe(subject);
    });

    it.each([
      ['as a bearer token', async () => ({ authorization: `Bearer ${token}` })],
      [
        'as a bearer token with a proof beside it',
        async () => ({ authorization: `Bearer ${token}`, dpop: await userinfoProof(server, key, token) }),
      ],
    ])('a bound token %s is 401 invalid_token', async (_title, headers) => {
      const answer = await request(server, '/userinfo', { headers: await headers() });
      expectRefusal(answer, 401, 'invalid_token');
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
    });

    const refusals: [string, string, () => Promise<[string, string | undefined]>][] = [
      ['without a proof', 'invalid_dpop_proof', async () => [token, undefined]],
      [
        'with a proof of another key',
        'invalid_token',
        async () => [token, await userinfoProof(server, other, token)],
      ],
      [
        'with a proof for another token',
        'invalid_dpop_proof',
        async () => [token, await userinfoProof(server, key, bearer)],
      ],
      [
        'with a proof without ath',
        'invalid_dpop_proof',
        async () => [token, await userinfoProof(server, key, token, { claims: { ath: undefined } })],
      ],
      [
        'with a proof for POST',
        'invalid_dpop_proof',
        async () => [token, await userinfoProof(server, key, token, { claims: { htm: 'POST' } })],
      ],
      [
        'with a proof for the token endpoint',
        'invalid_dpop_proof',
        async () => [
          token,
          await userinfoProof(server, key, token, { claims: { htu: `${server.issuer}/token` } }),
        ],
      ],
      [
        'that is a bearer token',
        'invalid_token',
        async () => [bearer, await userinfoProof(server, key, bearer)],
      ],
      [
        'that is unknown',
        'invalid_token',
        async () => ['unknown', await userinfoProof(server, key, 'unknown')],
      ],
    ];
    it.each(refusals)('a token %s is 401 %s with a challenge', async (_title, code, make) => {
      const [sent, dpop] = await make();
      const answer = await userinfo(sent, dpop === undefined ? {} : { dpop });
      expectRefusal(answer, 401, code);
      expect(answer.headers.get('www-authenticate')).toMatch(
        new RegExp(
          `^DPoP realm="eyrie", error="${code}", error_description="[^"]+", algs="ES256 RS256 PS256 EdDSA Ed25519"$`,
        ),
      );
    });

    it('a proof is good once', async () => {
      const dpop = await userinfoProof(server, key, token);
      expect((await userinfo(token, { dpop })).status).toBe(200);
      expectRefusal(await userinfo(token, { dpop }), 401, 'invalid_dpop_proof');
    });

    it('a token without the scope openid is 403 insufficient_scope', async () => {
      const narrow = (
        await send(
          await RelyingParty.register(server, {
            grant_types: ['client_credentials'],
            scope: 'eyrie.admin.read',
          }),
          { grant_type: 'client_credentials' },
          await proof(server, key),
        )
      ).body.access_token;
      const answer = await userinfo(narrow, { dpop: await userinfoProof(server, key, narrow) });
      expectRefusal(answer, 403, 'insufficient_scope');
      expect(answer.headers.get('www-authenticate')).toContain('scope="openid"');
    });

    it('a bearer token without the scope openid is 403 insufficient_scope with challenges of both schemes', async () => {
      const robot = await RelyingParty.register(server, {
        grant_types: ['client_credentials'],
        scope: 'eyrie.admin.read',
      });
      const narrow = (await send(robot, { grant_type: 'client_credentials' })).body.access_token;
      const answer = await robot.userinfo(narrow);
      expectRefusal(answer, 403, 'insufficient_scope');
      expect(answer.headers.get('www-authenticate')).toMatch(
        /^Bearer realm="eyrie", error="insufficient_scope", .*scope="openid", DPoP realm="eyrie", algs="/,
      );
    });

    it('a token in the form as well, or a malformed header, is 400 invalid_request', async () => {
      const dpop = await userinfoProof(server, key, token, { claims: { htm: 'POST' } });
      const authorization = `DPoP ${token}`;
      expectRefusal(
        await post(server, '/userinfo', { access_token: token }, { authorization, dpop }),
        400,
        'invalid_request',
      );
      expectRefusal(await userinfo('', {}), 400, 'invalid_request');
      expectRefusal(await userinfo('two words', {}), 400, 'invalid_request');
    });

    it('a revoked token is 401, however good the proof', async () => {
      const revoked = (await redeem(writer, {}, await proof(server, key))).body.access_token;
      await writer.revoke(revoked);
      const dpop = await userinfoProof(server, key, revoked);
      expectRefusal(await userinfo(revoked, { dpop }), 401, 'invalid_token');
    });
  });

  it('a page on another origin may send proofs, and read nonces', async () => {
    const answer = await request(server, '/token', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
    });
    expect(answer.headers.get('access-control-allow-headers')).toContain('dpop');
    expect(answer.headers.get('access-control-expose-headers')).toContain('dpop-nonce');
  });
});

describe('G3 DPoP with nonces (EYRIE_DPOP_NONCE=on)', () => {
  let server: TestServer;
  let writer: RelyingParty;
  let key: ProofKey;

  beforeAll(async () => {
    server = await startServer({ EYRIE_DPOP_NONCE: 'on' });
    await server.createUser(alice);
    writer = await RelyingParty.register(server, {
      grant_types: ['authorization_code', 'client_credentials'],
    });
    key = await proofKey();
  });
  afterAll(() => server.stop());

  const send = async (nonce: unknown): Promise<Answer> =>
    post(
      server,
      '/token',
      { grant_type: 'client_credentials' },
      {
        authorization: basic(writer.clientId, writer.secret),
        dpop: await proof(server, key, { claims: { nonce } }),
      },
    );
  const nonceOf = ({ headers }: Answer): string => headers.get('dpop-nonce') ?? '';

  it('openid-client finds its way by itself', async () => {
    const config = await openid.discovery(
      new URL(server.issuer),
      writer.clientId,
      undefined,
      openid.ClientSecretBasic(writer.secret),
      { execute: [openid.allowInsecureRequests] },
    );
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'));
    const tokens = await openid.clientCredentialsGrant(config, undefined, { DPoP });
    expect(tokens.token_type).toBe('dpop');
  });

  it.each([
    ['no nonce', undefined],
    ['an empty one', ''],
    ['one of its own', 'nonce'],
  ])('a proof with %s gets use_dpop_nonce and the nonce to use', async (_title, nonce) => {
    const answer = await send(nonce);
    expectRefusal(answer, 400, 'use_dpop_nonce');
    expect((await send(nonceOf(answer))).status).toBe(200);
  });

  it('a nonce goes on for a while after there is a newer one, which answers tell, and then no more', async () => {
    const first = nonceOf(await send(undefined));
    server.clock.advance(300);
    const answer = await send(first);
    expect(answer.status).toBe(200);
    const second = nonceOf(answer);
    expect(second).not.toBe(first);
    server.clock.advance(300);
    expectRefusal(await send(first), 400, 'use_dpop_nonce');
    expect((await send(second)).status).toBe(200);
  });

  it('a request without a proof is told no nonce', async () => {
    const answer = await writer.token({ grant_type: 'client_credentials' });
    expect({ status: answer.status, nonce: answer.headers.get('dpop-nonce') }).toEqual({
      status: 200,
      nonce: null,
    });
  });

  it('userinfo asks for it by 401, and takes the token again with it', async () => {
    const { code, verifier } = await writer.authorize();
    const nonce = nonceOf(await send(undefined));
    const { body } = await post(
      server,
      '/token',
      { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
      {
        authorization: basic(writer.clientId, writer.secret),
        dpop: await proof(server, key, { claims: { nonce } }),
      },
    );
    const ask = async (claims: Record<string, unknown>): Promise<Answer> =>
      request(server, '/userinfo', {
        headers: {
          authorization: `DPoP ${body.access_token}`,
          dpop: await userinfoProof(server, key, body.access_token, { claims }),
        },
      });
    const refused = await ask({});
    expectRefusal(refused, 401, 'use_dpop_nonce');
    expect(refused.headers.get('www-authenticate')).toContain('DPoP realm="eyrie", error="use_dpop_nonce"');
    expect((await ask({ nonce: nonceOf(refused) })).status).toBe(200);
  });
});

function publicRegistration(): Registration {
  return {
    ...publicClient,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid profile offline_access',
  };
}
