import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { Agent, fetch as fetchThrough, type RequestInit } from 'undici';
import type { Registration } from '../../src/clients/client-registration.js';
import { allow, signIn, TestBrowser } from '../support/browser.js';
import { alice, contacts, freePort, startServer, type TestServer } from '../support/server.js';
import { encode, type Fields, form, payloadOf } from '../support/relying-party.js';
import { authority, type Certificate, certificate } from '../support/certificates.js';

const redirectUri = 'https://writer.example.com/callback';

interface TlsAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

describe('G2 mutual TLS on our own connections', () => {
  let server: TestServer;
  let alias: string;
  let folder: string;
  let ours: Certificate;
  let good: Certificate;
  let own: Certificate;
  let robot: string;
  const agents: Agent[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyrie-mtls-'));
    ours = await authority('Ours');
    const names = [
      { type: 'ip', value: '127.0.0.1' },
      { type: 'dns', value: 'localhost' },
    ] as const;
    const host = await certificate({ subject: [{ CN: ['host'] }], names: [...names] }, ours);
    [good, own] = await Promise.all([certificate({}, ours), certificate()]);
    const file = async (name: string, content: string): Promise<string> => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    };
    const port = await freePort();
    alias = `https://localhost:${port}`;
    server = await startServer({
      PORT: String(port),
      EYRIE_ISSUER: `https://127.0.0.1:${port}`,
      EYRIE_TLS_CERT: await file('host.pem', host.cert),
      EYRIE_TLS_KEY: await file('host.key', host.key),
      EYRIE_MTLS: 'on',
      EYRIE_MTLS_CA: await file('ca.pem', ours.cert),
      EYRIE_MTLS_ORIGIN: alias,
      // Of a proxy that is elsewhere: nobody here is believed.
      EYRIE_MTLS_HEADER: 'Client-Cert',
      EYRIE_TRUSTED_PROXIES: '192.0.2.1',
    });
    await server.createUser(alice);
    robot = await register({ client_id: 'robot', tls_client_auth_subject_dn: 'CN=robot' });
  });
  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.close()));
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const register = async (registration: Registration): Promise<string> =>
    (
      await server.register({
        redirect_uris: [],
        grant_types: ['client_credentials'],
        scope: 'contacts.read',
        introspection_resources: [contacts.identifier],
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_certificate_bound_access_tokens: true,
        ...registration,
      })
    ).clientId;

  /** A fetch over connections that present the certificate; `asked` gathers where it went. */
  const fetchWith = (presented?: Certificate, asked: string[] = []): typeof fetch => {
    const connect = { ca: ours.cert, ...(presented ? { cert: presented.cert, key: presented.key } : {}) };
    const agent = new Agent({ connect });
    agents.push(agent);
    return (async (url: string | URL, init: RequestInit = {}) => {
      asked.push(String(url));
      // Of two libraries, that know each other's headers by their look only.
      const headers = Object.fromEntries(new Headers(init.headers as Record<string, string>));
      return fetchThrough(url, { ...init, headers, dispatcher: agent });
    }) as unknown as typeof fetch;
  };
  const send = async (
    fields: Fields,
    presented?: Certificate,
    headers: Record<string, string> = {},
  ): Promise<TlsAnswer> => {
    const response = await fetchWith(presented)(`${server.issuer}/token`, {
      method: 'POST',
      body: encode({ grant_type: 'client_credentials', ...fields }),
      headers: { 'content-type': form, ...headers },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const configure = async (
    clientId: string,
    auth: openid.ClientAuth,
    custom: typeof fetch,
    metadata: Partial<openid.ClientMetadata> = {},
  ): Promise<openid.Configuration> =>
    openid.discovery(
      new URL(server.issuer),
      clientId,
      { use_mtls_endpoint_aliases: true, ...metadata },
      auth,
      {
        [openid.customFetch]: custom as unknown as openid.CustomFetch,
      },
    );

  it('openid-client authenticates by its certificate at the aliased endpoints, and gets a bound token', async () => {
    const asked: string[] = [];
    const config = await configure(robot, openid.TlsClientAuth(), fetchWith(good, asked));
    const { access_token: token } = await openid.clientCredentialsGrant(config);
    expect(payloadOf(token).cnf).toEqual({ 'x5t#S256': good.thumbprint });
    expect(await openid.tokenIntrospection(config, token)).toMatchObject({ active: true });
    await openid.tokenRevocation(config, token);
    expect(await openid.tokenIntrospection(config, token)).toEqual({ active: false });
    expect([...new Set(asked)].slice(1)).toEqual(
      ['/token', '/introspect', '/revoke'].map((path) => alias + path),
    );
    expect(config.serverMetadata().mtls_endpoint_aliases).toEqual({
      token_endpoint: `${alias}/token`,
      pushed_authorization_request_endpoint: `${alias}/par`,
      device_authorization_endpoint: `${alias}/device_authorization`,
      backchannel_authentication_endpoint: `${alias}/bc-authorize`,
      userinfo_endpoint: `${alias}/userinfo`,
      introspection_endpoint: `${alias}/introspect`,
      revocation_endpoint: `${alias}/revoke`,
    });
  });

  it('oauth4webapi authenticates by a certificate that it signed itself', async () => {
    const id = await register({
      client_id: 'self-signed',
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: { keys: [{ ...own.jwk }] },
    });
    const request = async (presented: Certificate): Promise<oauth.TokenEndpointResponse> => {
      const options = { [oauth.customFetch]: fetchWith(presented) as never };
      const issuer = new URL(server.issuer);
      const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
      const client = { client_id: id, use_mtls_endpoint_aliases: true };
      return oauth.processClientCredentialsResponse(
        as,
        client,
        await oauth.clientCredentialsGrantRequest(as, client, oauth.TlsClientAuth(), {}, options),
      );
    };
    expect(payloadOf((await request(own)).access_token).cnf).toEqual({ 'x5t#S256': own.thumbprint });
    await expect(request(good)).rejects.toMatchObject({ error: 'invalid_client' });
  });

  it('a public client gets tokens for its certificate and its DPoP key, and uses them with both', async () => {
    const id = await register({
      client_id: 'app',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid offline_access',
      token_endpoint_auth_method: 'none',
      introspection_resources: [],
    });
    const config = await configure(id, openid.None(), fetchWith(own));
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair());
    const verifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid offline_access',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const browser = new TestBrowser(server.issuer, fetchWith());
    const left = await allow(browser, await signIn(browser, await browser.open(url.href), alice));
    const tokens = await openid.authorizationCodeGrant(
      config,
      new URL(left.url),
      { pkceCodeVerifier: verifier },
      undefined,
      { DPoP },
    );
    expect(payloadOf(tokens.access_token).cnf).toEqual({
      jkt: await DPoP.calculateThumbprint(),
      'x5t#S256': own.thumbprint,
    });
    const { sub } = tokens.claims() ?? { sub: '' };
    expect(await openid.fetchUserInfo(config, tokens.access_token, sub, { DPoP })).toEqual({ sub });
    const stolen = await configure(id, openid.None(), fetchWith(good));
    await expect(
      openid.refreshTokenGrant(stolen, tokens.refresh_token ?? '', undefined, { DPoP }),
    ).rejects.toMatchObject({ error: 'invalid_grant' });
    await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP });
  });

  it('a client that keeps to FAPI 2.0 authenticates and binds its tokens by its certificate, and needs no DPoP', async () => {
    const id = await register({
      client_id: 'bank',
      eyrie_profile: 'fapi2',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid offline_access',
      tls_client_auth_subject_dn: 'CN=robot',
    });
    const signing = { id_token_signed_response_alg: 'ES256' };
    const config = await configure(id, openid.TlsClientAuth(), fetchWith(good), signing);
    const verifier = openid.randomPKCECodeVerifier();
    const request = {
      redirect_uri: redirectUri,
      scope: 'openid offline_access',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    const stolen = await configure(id, openid.TlsClientAuth(), fetchWith(own));
    await expect(openid.buildAuthorizationUrlWithPAR(stolen, request)).rejects.toMatchObject({
      error: 'invalid_client',
    });
    const url = await openid.buildAuthorizationUrlWithPAR(config, request);
    const browser = new TestBrowser(server.issuer, fetchWith());
    const left = await allow(browser, await signIn(browser, await browser.open(url.href), alice));
    const tokens = await openid.authorizationCodeGrant(config, new URL(left.url), {
      pkceCodeVerifier: verifier,
    });

    expect(payloadOf(tokens.access_token).cnf).toEqual({ 'x5t#S256': good.thumbprint });
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed.refresh_token ?? tokens.refresh_token).toBe(tokens.refresh_token);
    await expect(openid.refreshTokenGrant(stolen, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_client',
    });
  });

  it('the admin API takes a bound token on connections with its certificate only', async () => {
    const id = await register({
      client_id: 'admin-robot',
      scope: 'eyrie.admin.read',
      tls_client_auth_subject_dn: 'CN=robot',
    });
    const { access_token: token } = (await send({ client_id: id }, good)).body;
    const list = async (presented?: Certificate): Promise<number> =>
      (
        await fetchWith(presented)(`${server.issuer}/admin/clients`, {
          headers: { authorization: `Bearer ${String(token)}`, 'client-cert': good.clientCert },
        })
      ).status;
    expect(await list(good)).toBe(200);
    expect(await list(own)).toBe(401);
    expect(await list()).toBe(401);
  });

  it.each<[string, () => Promise<Certificate | undefined>]>([
    ['no certificate', async () => undefined],
    ['a certificate of another authority', async () => certificate({}, await authority('Ours'))],
    ['an expired certificate', () => certificate({ to: -60 }, ours)],
    ['a certificate with another name', () => certificate({ subject: [{ CN: ['other'] }] }, ours)],
  ])('%s passes the handshake, and is invalid_client', async (_title, make) => {
    const answer = await send({ client_id: robot }, await make());
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('a header from an address that is no proxy is not believed: beside no certificate, and beside another', async () => {
    for (const header of [good.clientCert, good.escaped]) {
      const forged = { 'client-cert': header, 'x-forwarded-for': '192.0.2.1', forwarded: 'for=192.0.2.1' };
      for (const presented of [undefined, own])
        expect(await send({ client_id: robot }, presented, forged)).toMatchObject({
          status: 401,
          body: { error: 'invalid_client' },
        });
    }
    const { body } = await send({ client_id: robot }, good, { 'client-cert': own.clientCert });
    expect(payloadOf(String(body.access_token)).cnf).toEqual({ 'x5t#S256': good.thumbprint });
  });
});
