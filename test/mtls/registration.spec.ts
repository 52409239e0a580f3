import * as oauth from 'oauth4webapi';
import { AuthenticationMethods } from '../../src/clients/authentication/methods.js';
import { ClientRegistration, type Registration } from '../../src/clients/client-registration.js';
import { InvalidMetadata } from '../../src/clients/invalid-metadata.js';
import { withDefaults } from '../../src/protocol/client-metadata/defaults.js';
import { metadataProblems } from '../../src/protocol/client-metadata/rules.js';
import { Apply } from '../../src/provisioning/apply.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { startServer, type TestServer } from '../support/server.js';
import { expectRefusal, post, request } from '../support/relying-party.js';
import { claimsOf, keyPair, present, sign } from '../support/assertions.js';
import { authority, type Certificate, certificate } from '../support/certificates.js';

const robot: Registration = {
  client_name: 'Robot',
  redirect_uris: [],
  grant_types: ['client_credentials'],
  scope: 'contacts.read',
};
const named: Registration = {
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_auth_subject_dn: 'CN=robot',
};
const header = 'client-cert';

const discovered = async (server: TestServer): Promise<oauth.AuthorizationServer> => {
  const { body } = await request(server, '/.well-known/openid-configuration');
  return body as unknown as oauth.AuthorizationServer;
};
const problems = async (server: TestServer, registration: Registration): Promise<string[]> => {
  try {
    await server.app.get(ClientRegistration).register({ ...robot, ...registration }, 'test');
    return [];
  } catch (error) {
    if (!(error instanceof InvalidMetadata)) throw error;
    return error.problems.map(({ field }) => field);
  }
};

describe('G2 mutual TLS that is off', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ EYRIE_TRUSTED_PROXIES: '127.0.0.1' });
  });
  afterAll(() => server.stop());

  it('is told of nowhere in discovery', async () => {
    const metadata = await discovered(server);
    expect(JSON.stringify(metadata)).not.toMatch(/tls/i);
  });

  it('can be asked for by no client', async () => {
    const { jwk } = await certificate();
    expect(await problems(server, named)).toEqual(['token_endpoint_auth_method']);
    expect(
      await problems(server, {
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        jwks: { keys: [{ ...jwk }] },
      }),
    ).toEqual(['token_endpoint_auth_method']);
    expect(await problems(server, { tls_client_certificate_bound_access_tokens: true })).toEqual([
      'tls_client_certificate_bound_access_tokens',
    ]);
  });
});

describe('G2 mutual TLS whose proxy verifies every certificate', () => {
  let server: TestServer;
  let theirs: Certificate;
  let files: ConfigurationFiles;
  beforeAll(async () => {
    files = await ConfigurationFiles.create();
    theirs = await authority('Theirs');
    server = await startServer({
      EYRIE_MTLS: 'on',
      EYRIE_MTLS_HEADER: header,
      EYRIE_MTLS_CA: 'proxy',
      EYRIE_MTLS_ORIGIN: 'https://mtls.example.com',
      EYRIE_TRUSTED_PROXIES: '127.0.0.1',
      EYRIE_REGISTRATION: 'open',
    });
  });
  afterAll(async () => {
    await server.stop();
    await files.remove();
  });

  it('offers tls_client_auth, and not certificates that the proxy would stop', async () => {
    const metadata = await discovered(server);
    for (const field of ['token', 'introspection', 'revocation'].map(
      (endpoint) => `${endpoint}_endpoint_auth_methods_supported`,
    )) {
      expect(metadata[field]).toContain('tls_client_auth');
      expect(metadata[field]).not.toContain('self_signed_tls_client_auth');
    }
    expect(metadata.tls_client_certificate_bound_access_tokens).toBe(true);
    const { jwk } = await certificate();
    expect(
      await problems(server, {
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        jwks: { keys: [{ ...jwk }] },
      }),
    ).toEqual(['token_endpoint_auth_method']);
  });

  it('believes the proxy about the authority, and no one about name and time', async () => {
    const { clientId } = await server.register({ ...robot, ...named });
    const act = async (presented: Certificate) =>
      post(
        server,
        '/token',
        { grant_type: 'client_credentials', client_id: clientId },
        { [header]: presented.clientCert },
      );
    expect((await act(await certificate({}, theirs))).status).toBe(200);
    const other = await certificate({ subject: [{ CN: ['other'] }] }, theirs);
    expectRefusal(await act(other), 401, 'invalid_client');
    expectRefusal(await act(await certificate({ to: -60 }, theirs)), 401, 'invalid_client');
  });

  it('an assertion may be for the alias of an endpoint, where it may be for an endpoint at all', async () => {
    const { privateKey, publicJwk } = await keyPair('ES256', 'k');
    const act = async (audience: Registration, aud: string): Promise<number> => {
      const { clientId } = await server.register({
        ...robot,
        ...audience,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...publicJwk }] },
      });
      const claims = claimsOf(server, clientId, { aud });
      return (await present(server, await sign(claims, privateKey, { alg: 'ES256', kid: 'k' }))).status;
    };
    const forEndpoints = { assertion_audience: 'endpoint' };
    expect(await act(forEndpoints, 'https://mtls.example.com/token')).toBe(200);
    expect(await act(forEndpoints, 'https://mtls.example.com')).toBe(401);
    expect(await act({}, 'https://mtls.example.com/token')).toBe(401);
  });

  it('a client that registers itself names its certificate in one way, and is shown it', async () => {
    const register = (body: Registration) =>
      request(server, '/register', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['https://writer.example.com/callback'], ...body }),
      });
    for (const wrong of [
      { ...named, tls_client_auth_subject_dn: undefined },
      { ...named, tls_client_auth_san_dns: 'robot.example.com' },
      { ...named, tls_client_auth_subject_dn: 'robot' },
    ])
      expectRefusal(await register(wrong), 400, 'invalid_client_metadata');
    const { status, body } = await register({ ...named, tls_client_certificate_bound_access_tokens: true });
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...named, tls_client_certificate_bound_access_tokens: true });
    expect(body).not.toHaveProperty('client_secret');
  });

  it('the configuration file follows the same rules', async () => {
    const apply = async (fields: string): Promise<unknown> =>
      server.app
        .get(Apply)
        .apply([
          await files.write(
            `clients: [{ client_id: yaml, grant_types: [client_credentials], token_endpoint_auth_method: tls_client_auth${fields} }]`,
          ),
        ]);
    await expect(apply('')).rejects.toThrow('tls_client_auth_subject_dn');
    await expect(
      apply(', tls_client_auth_san_dns: a.example.com, tls_client_auth_san_ip: 10.0.0.1'),
    ).rejects.toThrow('tls_client_auth_san_ip');
    expect(await apply(', tls_client_auth_san_dns: a.example.com')).toMatchObject([{ outcome: 'created' }]);
  });

  it('bound access tokens cannot come from the authorization endpoint', async () => {
    expect(
      await problems(server, {
        redirect_uris: ['https://writer.example.com/callback'],
        grant_types: ['implicit'],
        response_types: ['id_token token'],
        tls_client_certificate_bound_access_tokens: true,
      }),
    ).toContain('tls_client_certificate_bound_access_tokens');
  });
});

describe('G2 self-signed certificates', () => {
  it('are the only ones where no authority vouches for others', async () => {
    const server = await startServer({
      EYRIE_MTLS: 'on',
      EYRIE_MTLS_HEADER: header,
      EYRIE_TRUSTED_PROXIES: '127.0.0.1',
    });
    const { offered } = server.app.get(AuthenticationMethods);
    await server.stop();

    expect(offered).toContain('self_signed_tls_client_auth');
    expect(offered).not.toContain('tls_client_auth');
  });

  it('are registered in x5c, of the key that they stand beside', async () => {
    const fields = (jwks?: Registration['jwks']): string[] =>
      metadataProblems(
        withDefaults({ ...robot, token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks }),
      ).map(({ field }) => field);
    const [{ jwk }, another] = await Promise.all([certificate(), certificate()]);
    const { x5c: _x5c, ...bare } = jwk;
    expect(fields()).toEqual(['jwks']);
    for (const wrong of [
      bare,
      { ...jwk, x5c: another.jwk.x5c },
      { ...jwk, x5c: ['AAAA'] },
      { ...jwk, x5c: [] },
    ])
      expect(fields({ keys: [wrong] })).toContain('jwks');
    expect(fields({ keys: [{ ...jwk }] })).toEqual([]);
  });
});
