import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as openid from 'openid-client';
import type { Registration } from '../../src/clients/client-registration.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { type KeyHost, startKeyHost } from '../support/key-host.js';
import { alice, contacts, startServer, type TestServer } from '../support/server.js';
import {
  type Answer,
  basic,
  expectRefusal,
  type Fields,
  payloadOf,
  post,
  RelyingParty,
  request,
} from '../support/relying-party.js';
import { keptErrors } from '../support/kept-errors.js';
import { proof, proofKey, userinfoProof } from '../support/dpop-proofs.js';
import {
  authority,
  type Certificate,
  certificate,
  clientUsage,
  serverUsage,
  type Subject,
} from '../support/certificates.js';

const header = 'x-client-cert';
const robot: Registration = {
  redirect_uris: [],
  grant_types: ['client_credentials'],
  scope: 'contacts.read',
};
const bound: Registration = { tls_client_certificate_bound_access_tokens: true };

describe('G2 mutual TLS behind a proxy', () => {
  let server: TestServer;
  let folder: string;
  let host: KeyHost;
  let ours: Certificate;
  let own: Certificate;
  let other: Certificate;
  let expiredAuthority: Certificate;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyrie-mtls-'));
    [ours, own, other] = await Promise.all([authority('Ours'), certificate(), certificate()]);
    const [second, expired] = await Promise.all([
      authority('Second'),
      certificate({ subject: [{ CN: ['Expired'] }], isAuthority: true, to: -60 }),
    ]);
    expiredAuthority = expired;
    const before = await certificate({
      subject: [{ CN: ['Ours'] }],
      isAuthority: true,
      to: -60,
      keys: ours.keys,
    });
    const authorities = [before, ours, second, expired].map(({ cert }) => cert);
    await writeFile(
      join(folder, 'ca.pem'),
      `Ours, before it was renewed, and others\n${authorities.join('\n')}`,
    );
    host = await startKeyHost();
    server = await startServer({
      EYRIE_MTLS: 'on',
      EYRIE_MTLS_HEADER: 'X-Client-Cert',
      EYRIE_MTLS_CA: join(folder, 'ca.pem'),
      EYRIE_TRUSTED_PROXIES: '127.0.0.0/8',
      EYRIE_OUTBOUND_ALLOW: host.host,
    });
    await server.createUser(alice);
  });
  afterAll(async () => {
    await server.stop();
    await host.stop();
    await rm(folder, { recursive: true });
  });

  const through = (presented: Certificate | undefined): Record<string, string> =>
    presented ? { [header]: presented.escaped } : {};
  const send = async (fields: Fields, presented?: Certificate, path = '/token'): Promise<Answer> =>
    post(server, path, fields, through(presented));
  const act = async (client_id: string, presented?: Certificate): Promise<Answer> =>
    send({ grant_type: 'client_credentials', client_id }, presented);
  const register = async (registration: Registration): Promise<string> =>
    (await RelyingParty.register(server, { ...robot, ...registration })).clientId;

  describe('tls_client_auth', () => {
    let clientId: string;
    beforeAll(async () => {
      clientId = await register({
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: 'CN=robot,O=Example',
      });
    });
    const subject: Subject = [{ O: ['Example'] }, { CN: ['robot'] }];

    it('a certificate of an authority with the registered subject authenticates, in either form of the header', async () => {
      const good = await certificate({ subject, usages: [clientUsage] }, ours);
      const answer = await act(clientId, good);
      expect(answer.status).toBe(200);
      expect(payloadOf(answer.body.access_token)).not.toHaveProperty('cnf');
      const fields = { grant_type: 'client_credentials', client_id: clientId };
      expect((await post(server, '/token', fields, { [header]: good.clientCert })).status).toBe(200);
    });

    it.each<[title: string, make: () => Promise<Certificate | undefined>, why: string]>([
      ['no certificate', async () => undefined, 'none was presented'],
      ['one that signs itself', () => certificate({ subject }), 'issued by none'],
      [
        'one of another authority',
        async () => certificate({ subject }, await authority('Theirs')),
        'issued by none',
      ],
      [
        'one of another authority with the same name',
        async () => certificate({ subject }, await authority('Ours')),
        'issued by none',
      ],
      [
        'one issued by a client',
        async () => certificate({ subject }, await certificate({ subject: [{ CN: ['robot'] }] }, ours)),
        'issued by none',
      ],
      [
        'one of an authority that has expired',
        () => certificate({ subject }, expiredAuthority),
        'an authority whose own certificate',
      ],
      ['an expired one', () => certificate({ subject, to: -60 }, ours), 'is only valid from'],
      ['one that is not good yet', () => certificate({ subject, from: 60 }, ours), 'is only valid from'],
      [
        'one for servers',
        () => certificate({ subject, usages: [serverUsage] }, ours),
        'is not for client authentication',
      ],
      [
        'one with another subject',
        () => certificate({ subject: [{ CN: ['robot'] }] }, ours),
        'does not have the registered name',
      ],
    ])('%s is invalid_client, and the administrator is told why', async (_title, make, why) => {
      const answer = await act(clientId, await make());
      expectRefusal(answer, 401, 'invalid_client');
      expect(answer.headers.has('www-authenticate')).toBe(false);
      expect(answer.text).not.toContain(why);
      const reference = answer.headers.get('eyrie-reference');
      const refusal = (await keptErrors(server)).find((row) => row.reference === reference);
      expect(refusal).toMatchObject({ clientId, detail: expect.stringContaining(why) });
    });

    it.each<[Registration, [type: string, value: string]]>([
      [{ tls_client_auth_san_dns: 'robot.example.com' }, ['dns', 'robot.example.com']],
      [{ tls_client_auth_san_uri: 'spiffe://example.com/robot' }, ['url', 'spiffe://example.com/robot']],
      [{ tls_client_auth_san_ip: '2001:db8::7' }, ['ip', '2001:db8::7']],
      [{ tls_client_auth_san_email: 'robot@example.com' }, ['email', 'robot@example.com']],
    ])('%j takes a certificate with that name, and no other', async (registration, [type, value]) => {
      const id = await register({ token_endpoint_auth_method: 'tls_client_auth', ...registration });
      const named = await certificate({ names: [{ type: type as 'dns', value }] }, ours);
      expect((await act(id, named)).status).toBe(200);
      const unnamed = await certificate({ subject: [{ CN: [value] }] }, ours);
      expectRefusal(await act(id, unnamed), 401, 'invalid_client');
    });

    it('a client_secret beside the certificate is another method, and invalid_client', async () => {
      const good = await certificate({ subject }, ours);
      const fields = { grant_type: 'client_credentials' };
      const posted = await send({ ...fields, client_id: clientId, client_secret: 'a guess' }, good);
      expectRefusal(posted, 401, 'invalid_client');
      const authorization = basic(clientId, 'a guess');
      const answer = await post(server, '/token', fields, { authorization, ...through(good) });
      expectRefusal(answer, 401, 'invalid_client');
      const both = { ...fields, client_id: clientId, client_secret: 'a guess' };
      expectRefusal(await post(server, '/token', both, { authorization }), 400, 'invalid_request');
    });

    it('a certificate makes no client out of one that is unknown or has a secret', async () => {
      const good = await certificate({ subject }, ours);
      expectRefusal(await act('nobody', good), 401, 'invalid_client');
      expectRefusal(await send({ grant_type: 'client_credentials' }, good), 401, 'invalid_client');
      expectRefusal(await act(await register({}), good), 401, 'invalid_client');
    });

    it.each(['', 'none', '::', ':AAAA:', '%zz', '%2D', '-----BEGIN CERTIFICATE-----'])(
      'a header that holds no certificate (%j) is none',
      async (value) => {
        const fields = { grant_type: 'client_credentials', client_id: clientId };
        expectRefusal(await post(server, '/token', fields, { [header]: value }), 401, 'invalid_client');
      },
    );

    it('two certificates in the header are none, in either form of it', async () => {
      const good = await certificate({ subject }, ours);
      const fields = { grant_type: 'client_credentials', client_id: clientId };
      // What somebody sent, and what a proxy adds without taking that away.
      for (const value of [good.clientCert, good.escaped])
        for (const added of [good.clientCert, other.escaped]) {
          const headers = { [header]: `${value}, ${added}` };
          expectRefusal(await post(server, '/token', fields, headers), 401, 'invalid_client');
        }
    });

    it('introspection, revocation and pushed requests take it too', async () => {
      const id = await register({
        ...robot,
        grant_types: ['authorization_code', 'client_credentials'],
        redirect_uris: ['https://writer.example.com/callback'],
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: 'CN=robot,O=Example',
        introspection_resources: [contacts.identifier],
      });
      const good = await certificate({ subject }, ours);
      const { access_token: token } = (await act(id, good)).body;
      const told = await send({ token, client_id: id }, good, '/introspect');
      expect(told.body.active).toBe(true);
      expectRefusal(await send({ token, client_id: id }, undefined, '/introspect'), 401, 'invalid_client');
      expectRefusal(await send({ token, client_id: id }, own, '/revoke'), 401, 'invalid_client');
      expect((await send({ token, client_id: id }, good, '/revoke')).status).toBe(200);
      expect((await send({ token, client_id: id }, good, '/introspect')).body).toEqual({ active: false });
      const pushed = {
        client_id: id,
        response_type: 'code',
        redirect_uri: 'https://writer.example.com/callback',
        scope: 'contacts.read',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      };
      expectRefusal(await send(pushed, undefined, '/par'), 401, 'invalid_client');
      expect((await send(pushed, good, '/par')).status).toBe(201);
    });
  });

  describe('self_signed_tls_client_auth', () => {
    const method = { token_endpoint_auth_method: 'self_signed_tls_client_auth' };

    it('the registered certificate authenticates, and no other: not even of the same name', async () => {
      const id = await register({ ...method, jwks: { keys: [{ ...own.jwk }] } });
      expect((await act(id, own)).status).toBe(200);
      expectRefusal(await act(id, other), 401, 'invalid_client');
      expectRefusal(await act(id), 401, 'invalid_client');
      const expired = await certificate({ to: -60 });
      const late = await register({ ...method, jwks: { keys: [{ ...expired.jwk }] } });
      expectRefusal(await act(late, expired), 401, 'invalid_client');
    });

    it('certificates behind jwks_uri are fetched, again for one that is not among them, and refused without them', async () => {
      host.documents.set('/robot.json', { keys: [own.jwk] });
      const id = await register({ ...method, jwks_uri: host.url('/robot.json') });
      expect((await act(id, own)).status).toBe(200);
      host.documents.set('/robot.json', { keys: [other.jwk] });
      server.clock.advance(20);
      expect((await act(id, other)).status).toBe(200);
      expectRefusal(await act(id, own), 401, 'invalid_client');
      const lost = await register({ ...method, jwks_uri: host.url('/nowhere.json') });
      expectRefusal(await act(lost, own), 401, 'invalid_client');
    });
  });

  describe('bound tokens', () => {
    const userinfo = (token: string, headers: Record<string, string>): Promise<Answer> =>
      request(server, '/userinfo', { headers: { authorization: `Bearer ${token}`, ...headers } });
    const publicBound = { ...bound, token_endpoint_auth_method: 'none' };
    const redeem = async (client: RelyingParty, presented?: Certificate): Promise<Answer> => {
      const { code, verifier } = await client.authorize();
      const fields = { code, code_verifier: verifier, redirect_uri: client.redirectUri };
      return send({ grant_type: 'authorization_code', client_id: client.clientId, ...fields }, presented);
    };

    it.each(['jwt', 'opaque'])(
      'a %s of a public client opens userinfo with its certificate only, and so does its refresh',
      async (access_token_format) => {
        const app = await RelyingParty.register(server, { ...publicBound, access_token_format });
        const refresh = (refresh_token: string, presented?: Certificate): Promise<Answer> =>
          send({ grant_type: 'refresh_token', client_id: app.clientId, refresh_token }, presented);
        const first = (await redeem(app, own)).body;
        expect(first.token_type).toBe('Bearer');
        for (const { access_token } of [first, (await refresh(first.refresh_token, own)).body]) {
          expect((await userinfo(access_token, through(own))).status).toBe(200);
          for (const presented of [undefined, other]) {
            const refused = await userinfo(access_token, through(presented));
            expect(refused.status).toBe(401);
            expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
          }
        }
      },
    );

    it('a refresh token of a public client is bound: without its certificate it neither works nor revokes anything', async () => {
      const app = await RelyingParty.register(server, publicBound);
      const refresh = (refresh_token: string, presented?: Certificate): Promise<Answer> =>
        send({ grant_type: 'refresh_token', client_id: app.clientId, refresh_token }, presented);
      const { refresh_token: first } = (await redeem(app, own)).body;
      expectRefusal(await refresh(first, other), 400, 'invalid_grant');
      expectRefusal(await refresh(first), 400, 'invalid_request');
      const second = (await refresh(first, own)).body.refresh_token;
      server.clock.advance(11);
      expectRefusal(await refresh(first, other), 400, 'invalid_grant');
      const third = await refresh(second, own);
      expect(payloadOf(third.body.access_token).cnf).toEqual({ 'x5t#S256': own.thumbprint });
      expectRefusal(await refresh(second, other), 400, 'invalid_grant');
      server.clock.advance(11);
      expectRefusal(await refresh(second, own), 400, 'invalid_grant');
      expectRefusal(await refresh(third.body.refresh_token, own), 400, 'invalid_grant');
    });

    it('a confidential client may change its certificate between refreshes', async () => {
      const app = await RelyingParty.register(server, bound);
      const authorization = basic(app.clientId, app.secret);
      const { code, verifier } = await app.authorize();
      const fields = { code, code_verifier: verifier, redirect_uri: app.redirectUri };
      const first = await post(
        server,
        '/token',
        { grant_type: 'authorization_code', ...fields },
        { authorization, ...through(own) },
      );
      const second = await post(
        server,
        '/token',
        { grant_type: 'refresh_token', refresh_token: first.body.refresh_token },
        { authorization, ...through(other) },
      );
      expect(payloadOf(second.body.access_token).cnf).toEqual({ 'x5t#S256': other.thumbprint });
    });

    it('a code without a certificate is invalid_request, and not used up', async () => {
      const app = await RelyingParty.register(server, publicBound);
      const { code, verifier } = await app.authorize();
      const fields = {
        grant_type: 'authorization_code',
        client_id: app.clientId,
        code,
        code_verifier: verifier,
        redirect_uri: app.redirectUri,
      };
      expectRefusal(await send(fields), 400, 'invalid_request');
      expect((await send(fields, own)).status).toBe(200);
    });

    it.each(['jwt', 'opaque'])(
      'client_credentials yields a bound %s, and introspection tells so',
      async (format) => {
        const id = await register({
          ...bound,
          access_token_format: format,
          token_endpoint_auth_method: 'self_signed_tls_client_auth',
          jwks: { keys: [{ ...own.jwk }] },
        });
        const { access_token: token } = (await act(id, own)).body;
        const told = (await send({ token, client_id: id }, own, '/introspect')).body;
        expect(told).toMatchObject({
          active: true,
          token_type: 'Bearer',
          cnf: { 'x5t#S256': own.thumbprint },
        });
      },
    );

    it('the device grant yields a bound token', async () => {
      const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
      const id = await register({
        ...publicBound,
        grant_types: [deviceGrant],
        scope: 'openid contacts.read',
      });
      const { device_code, user_code, verification_uri_complete } = (
        await send({ client_id: id }, undefined, '/device_authorization')
      ).body;
      const browser = new TestBrowser(server.issuer);
      const shown = await browser.open(String(verification_uri_complete));
      const asked = await signIn(
        browser,
        await browser.submit(shown, { user_code: String(user_code) }),
        alice,
      );
      await browser.submit(asked, { decision: 'allow' });
      const fields = { grant_type: deviceGrant, client_id: id, device_code: String(device_code) };
      expectRefusal(await send(fields), 400, 'invalid_request');
      const { access_token } = (await send(fields, own)).body;
      expect(payloadOf(access_token).cnf).toEqual({ 'x5t#S256': own.thumbprint });
    });

    it('a token bound to a key and a certificate needs both', async () => {
      const key = await proofKey();
      const app = await RelyingParty.register(server, { ...publicBound, dpop_bound_access_tokens: true });
      const { code, verifier } = await app.authorize();
      const fields = {
        grant_type: 'authorization_code',
        client_id: app.clientId,
        code,
        code_verifier: verifier,
        redirect_uri: app.redirectUri,
      };
      const { access_token: token } = (
        await post(server, '/token', fields, { dpop: await proof(server, key), ...through(own) })
      ).body;
      expect(payloadOf(token).cnf).toEqual({ jkt: key.thumbprint, 'x5t#S256': own.thumbprint });
      const show = async (presented?: Certificate): Promise<number> =>
        (
          await request(server, '/userinfo', {
            headers: {
              authorization: `DPoP ${token}`,
              dpop: await userinfoProof(server, key, token),
              ...through(presented),
            },
          })
        ).status;
      expect(await show()).toBe(401);
      expect(await show(other)).toBe(401);
      expect(await show(own)).toBe(200);
      expect((await userinfo(token, through(own))).status).toBe(401);
    });

    it('the admin API takes a bound token with its certificate only', async () => {
      const id = await register({
        ...bound,
        scope: 'eyrie.admin.read',
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        jwks: { keys: [{ ...own.jwk }] },
      });
      const { access_token: token } = (await act(id, own)).body;
      const list = (presented?: Certificate): Promise<Answer> =>
        request(server, '/admin/clients', {
          headers: { authorization: `Bearer ${token}`, ...through(presented) },
        });
      expect((await list(own)).status).toBe(200);
      expect((await list(other)).status).toBe(401);
      const plain = await list();
      expect(plain.status).toBe(401);
      expect(plain.headers.get('www-authenticate')).toMatch(/error="invalid_token"/);
    });
  });

  it('openid-client walks the code flow with a pushed request and a certificate', async () => {
    const good = await certificate({ names: [{ type: 'dns', value: 'app.example.com' }] }, ours);
    const app = await RelyingParty.register(server, {
      ...bound,
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_san_dns: 'app.example.com',
    });
    const withCertificate: openid.CustomFetch = (url, { headers, ...options }) =>
      fetch(url, { ...(options as RequestInit), headers: { ...headers, ...through(good) } });
    const config = await openid.discovery(
      new URL(server.issuer),
      app.clientId,
      undefined,
      openid.TlsClientAuth(),
      { execute: [openid.allowInsecureRequests], [openid.customFetch]: withCertificate },
    );
    const metadata = config.serverMetadata();
    expect(metadata.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(['tls_client_auth', 'self_signed_tls_client_auth']),
    );
    expect(metadata.tls_client_certificate_bound_access_tokens).toBe(true);
    expect(metadata).not.toHaveProperty('mtls_endpoint_aliases');
    const verifier = openid.randomPKCECodeVerifier();
    const { searchParams } = await openid.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: app.redirectUri,
      scope: 'openid profile offline_access',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const { code } = await app.authorize({ request_uri: searchParams.get('request_uri') ?? '' });
    const callback = new URL(`${app.redirectUri}?code=${code}&iss=${server.issuer}`);
    const tokens = await openid.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier });
    expect(payloadOf(tokens.access_token).cnf).toEqual({ 'x5t#S256': good.thumbprint });
    const claims = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(claims.name).toBe('Alice');
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(payloadOf(refreshed.access_token).cnf).toEqual({ 'x5t#S256': good.thumbprint });
  });
});
