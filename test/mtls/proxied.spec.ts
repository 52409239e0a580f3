import * as openid from 'openid-client';
import { expectRefusal, payloadOf, RelyingParty } from '../support/relying-party.js';
import { certificate } from '../support/certificates.js';
import { bound, ProxiedServer, through } from '../support/mtls-proxy.js';

describe('G2 mutual TLS behind a proxy', () => {
  let proxied: ProxiedServer;
  beforeAll(async () => {
    proxied = await ProxiedServer.start();
  });
  afterAll(() => proxied.stop());

  describe('self_signed_tls_client_auth', () => {
    const method = { token_endpoint_auth_method: 'self_signed_tls_client_auth' };

    it('the registered certificate authenticates, and no other, not even one of the same name', async () => {
      const id = await proxied.register({ ...method, jwks: { keys: [{ ...proxied.own.jwk }] } });
      expect((await proxied.act(id, proxied.own)).status).toBe(200);
      expectRefusal(await proxied.act(id, proxied.other), 401, 'invalid_client');
      expectRefusal(await proxied.act(id), 401, 'invalid_client');
      const expired = await certificate({ to: -60 });
      const late = await proxied.register({ ...method, jwks: { keys: [{ ...expired.jwk }] } });
      expectRefusal(await proxied.act(late, expired), 401, 'invalid_client');
    });

    it('certificates behind jwks_uri are fetched, again for one that is not among them, and refused without them', async () => {
      proxied.host.documents.set('/robot.json', { keys: [proxied.own.jwk] });
      const id = await proxied.register({ ...method, jwks_uri: proxied.host.url('/robot.json') });
      expect((await proxied.act(id, proxied.own)).status).toBe(200);
      proxied.host.documents.set('/robot.json', { keys: [proxied.other.jwk] });
      proxied.server.clock.advance(20);
      expect((await proxied.act(id, proxied.other)).status).toBe(200);
      expectRefusal(await proxied.act(id, proxied.own), 401, 'invalid_client');
      const lost = await proxied.register({ ...method, jwks_uri: proxied.host.url('/nowhere.json') });
      expectRefusal(await proxied.act(lost, proxied.own), 401, 'invalid_client');
    });
  });

  it('openid-client walks the code flow with a pushed request and a certificate', async () => {
    const good = await certificate({ names: [{ type: 'dns', value: 'app.example.com' }] }, proxied.ours);
    const app = await RelyingParty.register(proxied.server, {
      ...bound,
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_san_dns: 'app.example.com',
    });
    const withCertificate: openid.CustomFetch = (url, { headers, ...options }) =>
      fetch(url, { ...(options as RequestInit), headers: { ...headers, ...through(good) } });
    const config = await openid.discovery(
      new URL(proxied.server.issuer),
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
    const callback = new URL(`${app.redirectUri}?code=${code}&iss=${proxied.server.issuer}`);
    const tokens = await openid.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier });
    expect(payloadOf(tokens.access_token).cnf).toEqual({ 'x5t#S256': good.thumbprint });
    const claims = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(claims.name).toBe('Alice');
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(payloadOf(refreshed.access_token).cnf).toEqual({ 'x5t#S256': good.thumbprint });
  });
});
