import { signIn, TestBrowser } from '../support/browser.js';
import { alice } from '../support/server.js';
import {
  type Answer,
  basic,
  expectRefusal,
  payloadOf,
  post,
  RelyingParty,
  request,
} from '../support/relying-party.js';
import { proof, proofKey, userinfoProof } from '../support/dpop-proofs.js';
import { type Certificate } from '../support/certificates.js';
import { bound, ProxiedServer, through } from '../support/mtls-proxy.js';

describe('G2 certificate-bound tokens behind a proxy', () => {
  let proxied: ProxiedServer;
  beforeAll(async () => {
    proxied = await ProxiedServer.start();
  });
  afterAll(() => proxied.stop());

  const userinfo = (token: string, headers: Record<string, string>): Promise<Answer> =>
    request(proxied.server, '/userinfo', { headers: { authorization: `Bearer ${token}`, ...headers } });
  const publicBound = { ...bound, token_endpoint_auth_method: 'none' };
  const redeem = async (client: RelyingParty, presented?: Certificate): Promise<Answer> => {
    const { code, verifier } = await client.authorize();
    const fields = { code, code_verifier: verifier, redirect_uri: client.redirectUri };
    return proxied.send(
      { grant_type: 'authorization_code', client_id: client.clientId, ...fields },
      presented,
    );
  };

  it.each(['jwt', 'opaque'])(
    'a %s of a public client opens userinfo with its certificate only, and so does its refresh',
    async (access_token_format) => {
      const app = await RelyingParty.register(proxied.server, { ...publicBound, access_token_format });
      const refresh = (refresh_token: string, presented?: Certificate): Promise<Answer> =>
        proxied.send({ grant_type: 'refresh_token', client_id: app.clientId, refresh_token }, presented);
      const first = (await redeem(app, proxied.own)).body;
      expect(first.token_type).toBe('Bearer');
      for (const { access_token } of [first, (await refresh(first.refresh_token, proxied.own)).body]) {
        expect((await userinfo(access_token, through(proxied.own))).status).toBe(200);
        for (const presented of [undefined, proxied.other]) {
          const refused = await userinfo(access_token, through(presented));
          expect(refused.status).toBe(401);
          expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
        }
      }
    },
  );

  it('a refresh token of a public client is bound: without its certificate it is refused and revokes nothing', async () => {
    const app = await RelyingParty.register(proxied.server, publicBound);
    const refresh = (refresh_token: string, presented?: Certificate): Promise<Answer> =>
      proxied.send({ grant_type: 'refresh_token', client_id: app.clientId, refresh_token }, presented);
    const { refresh_token: first } = (await redeem(app, proxied.own)).body;
    expectRefusal(await refresh(first, proxied.other), 400, 'invalid_grant');
    expectRefusal(await refresh(first), 400, 'invalid_request');
    const second = (await refresh(first, proxied.own)).body.refresh_token;
    proxied.server.clock.advance(11);
    expectRefusal(await refresh(first, proxied.other), 400, 'invalid_grant');
    const third = await refresh(second, proxied.own);
    expect(payloadOf(third.body.access_token).cnf).toEqual({ 'x5t#S256': proxied.own.thumbprint });
    expectRefusal(await refresh(second, proxied.other), 400, 'invalid_grant');
    proxied.server.clock.advance(11);
    expectRefusal(await refresh(second, proxied.own), 400, 'invalid_grant');
    expectRefusal(await refresh(third.body.refresh_token, proxied.own), 400, 'invalid_grant');
  });

  it('a confidential client may change its certificate between refreshes', async () => {
    const app = await RelyingParty.register(proxied.server, bound);
    const authorization = basic(app.clientId, app.secret);
    const { code, verifier } = await app.authorize();
    const fields = { code, code_verifier: verifier, redirect_uri: app.redirectUri };
    const first = await post(
      proxied.server,
      '/token',
      { grant_type: 'authorization_code', ...fields },
      { authorization, ...through(proxied.own) },
    );
    const second = await post(
      proxied.server,
      '/token',
      { grant_type: 'refresh_token', refresh_token: first.body.refresh_token },
      { authorization, ...through(proxied.other) },
    );
    expect(payloadOf(second.body.access_token).cnf).toEqual({ 'x5t#S256': proxied.other.thumbprint });
  });

  it('a code that is redeemed without a certificate is invalid_request, and not used up', async () => {
    const app = await RelyingParty.register(proxied.server, publicBound);
    const { code, verifier } = await app.authorize();
    const fields = {
      grant_type: 'authorization_code',
      client_id: app.clientId,
      code,
      code_verifier: verifier,
      redirect_uri: app.redirectUri,
    };
    expectRefusal(await proxied.send(fields), 400, 'invalid_request');
    expect((await proxied.send(fields, proxied.own)).status).toBe(200);
  });

  it.each(['jwt', 'opaque'])(
    'client_credentials yields a bound %s, and introspection says so',
    async (format) => {
      const id = await proxied.register({
        ...bound,
        access_token_format: format,
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        jwks: { keys: [{ ...proxied.own.jwk }] },
      });
      const { access_token: token } = (await proxied.act(id, proxied.own)).body;
      const introspected = (await proxied.send({ token, client_id: id }, proxied.own, '/introspect')).body;
      expect(introspected).toMatchObject({
        active: true,
        token_type: 'Bearer',
        cnf: { 'x5t#S256': proxied.own.thumbprint },
      });
    },
  );

  it('the device grant yields a bound token', async () => {
    const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
    const id = await proxied.register({
      ...publicBound,
      grant_types: [deviceGrant],
      scope: 'openid contacts.read',
    });
    const { device_code, user_code, verification_uri_complete } = (
      await proxied.send({ client_id: id }, undefined, '/device_authorization')
    ).body;
    const browser = new TestBrowser(proxied.server.issuer);
    const shown = await browser.open(String(verification_uri_complete));
    const asked = await signIn(browser, await browser.submit(shown, { user_code: String(user_code) }), alice);
    await browser.submit(asked, { decision: 'allow' });
    const fields = { grant_type: deviceGrant, client_id: id, device_code: String(device_code) };
    expectRefusal(await proxied.send(fields), 400, 'invalid_request');
    const { access_token } = (await proxied.send(fields, proxied.own)).body;
    expect(payloadOf(access_token).cnf).toEqual({ 'x5t#S256': proxied.own.thumbprint });
  });

  it('a token bound to a key and a certificate needs both', async () => {
    const key = await proofKey();
    const app = await RelyingParty.register(proxied.server, {
      ...publicBound,
      dpop_bound_access_tokens: true,
    });
    const { code, verifier } = await app.authorize();
    const fields = {
      grant_type: 'authorization_code',
      client_id: app.clientId,
      code,
      code_verifier: verifier,
      redirect_uri: app.redirectUri,
    };
    const { access_token: token } = (
      await post(proxied.server, '/token', fields, {
        dpop: await proof(proxied.server, key),
        ...through(proxied.own),
      })
    ).body;
    expect(payloadOf(token).cnf).toEqual({ jkt: key.thumbprint, 'x5t#S256': proxied.own.thumbprint });
    const show = async (presented?: Certificate): Promise<number> =>
      (
        await request(proxied.server, '/userinfo', {
          headers: {
            authorization: `DPoP ${token}`,
            dpop: await userinfoProof(proxied.server, key, token),
            ...through(presented),
          },
        })
      ).status;
    expect(await show()).toBe(401);
    expect(await show(proxied.other)).toBe(401);
    expect(await show(proxied.own)).toBe(200);
    expect((await userinfo(token, through(proxied.own))).status).toBe(401);
  });

  it('the admin API takes a bound token with its certificate only', async () => {
    const id = await proxied.register({
      ...bound,
      scope: 'eyrie.admin.read',
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: { keys: [{ ...proxied.own.jwk }] },
    });
    const { access_token: token } = (await proxied.act(id, proxied.own)).body;
    const list = (presented?: Certificate): Promise<Answer> =>
      request(proxied.server, '/admin/clients', {
        headers: { authorization: `Bearer ${token}`, ...through(presented) },
      });
    expect((await list(proxied.own)).status).toBe(200);
    expect((await list(proxied.other)).status).toBe(401);
    const plain = await list();
    expect(plain.status).toBe(401);
    expect(plain.headers.get('www-authenticate')).toMatch(/error="invalid_token"/);
  });
});
