import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../../src/application.js';
import { readSettings } from '../../../src/config/settings.js';
import { keyPair } from '../../support/assertions.js';
import { metadata, send } from '../../support/dynamic-registration.js';
import { ProgramHost } from '../../support/program-host.js';
import { basic, post, request } from '../../support/relying-party.js';
import {
  alice,
  contacts,
  messageWriter,
  testSecret,
  type TestServer,
  startServer,
  useServer,
} from '../../support/server.js';
import { expectRefused, refusal } from '../../support/untouched.js';

describe('FAPI 2.0 for all clients', () => {
  const server = useServer({
    EYRIE_PROFILE: 'fapi2',
    EYRIE_REGISTRATION: 'open',
    EYRIE_RESPONSE_TYPES: 'code id_token',
    EYRIE_REQUEST_URI: 'any',
  });

  it('metadata names what is left', async () => {
    const { body } = await request(server, '/.well-known/oauth-authorization-server');
    const algorithms = Object.entries(body).filter(([name]) => name.endsWith('signing_alg_values_supported'));

    expect(algorithms.length).toBeGreaterThan(6);
    for (const [name, values] of algorithms)
      expect([
        name,
        (values as string[]).filter((alg) => !/^(ES256|PS256|EdDSA|Ed25519)$/.test(alg)),
      ]).toEqual([name, []]);
    expect(body).toMatchObject({
      require_pushed_authorization_requests: true,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      request_uri_parameter_supported: false,
    });
    expect(body).not.toHaveProperty('device_authorization_endpoint');
    expect(body['response_modes_supported']).toContain('query');
  });

  it('a client registers itself with its keys alone, and gets what the profile demands', async () => {
    const { publicJwk } = await keyPair('ES256', 'one');
    const { status, body } = await send(server, 'POST', '/register', {
      ...metadata,
      jwks: { keys: [publicJwk] },
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({
      token_endpoint_auth_method: 'private_key_jwt',
      assertion_audience: 'issuer',
      require_pkce: true,
      require_pushed_authorization_requests: true,
      dpop_bound_access_tokens: true,
    });
  });

  it.each([
    ['a secret', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['no credentials', { token_endpoint_auth_method: 'none' }],
    ['no keys', {}],
  ])('a client with %s cannot register itself', async (_title, members) => {
    const { status, body } = await send(server, 'POST', '/register', { ...metadata, ...members });
    expect([status, body.error]).toEqual([400, 'invalid_client_metadata']);
  });
});

describe('Clients that were registered before FAPI 2.0 came into force', () => {
  let before: TestServer;
  let app: NestFastifyApplication;
  let after: Pick<TestServer, 'issuer'>;
  let secret: string;
  const program = new ProgramHost();

  beforeAll(async () => {
    before = await startServer();
    await before.createUser(alice);
    ({ secret } = await before.register({
      ...messageWriter,
      introspection_resources: [contacts.identifier],
    }));
    await before.register({ ...messageWriter, client_id: 'app', token_endpoint_auth_method: 'none' });
    app = await createApplication(
      readSettings({
        DATABASE_URL: before.databaseUrl,
        EYRIE_ISSUER: before.issuer,
        EYRIE_SECRET: testSecret,
        EYRIE_LOG_LEVEL: 'silent',
        EYRIE_PROFILE: 'fapi2',
        NODE_ENV: 'test',
      }),
      before.clock,
    );
    await app.listen(0, '127.0.0.1');
    after = { issuer: await app.getUrl() };
  });
  afterAll(async () => {
    await Promise.all([program.end(), app.close()]);
    await before.stop();
  });

  it.each(['/token', '/par', '/introspect', '/revoke', '/device_authorization'])(
    'a client with a secret, or without credentials, is refused at %s; the server starts for the others',
    async (path) => {
      const named = { client_id: 'app', token: 'x', grant_type: 'refresh_token', refresh_token: 'x' };
      const authorization = basic('message-writer', secret);
      const server = after as TestServer;

      expectRefused(
        await post(server, path, { token: 'x' }, { authorization }),
        refusal(401, 'invalid_client', 'Basic'),
      );
      expectRefused(await post(server, path, named), refusal(401, 'invalid_client'));
      expectRefused(
        await post(server, path, { token: 'x' }, { authorization: basic('app', '') }),
        refusal(401, 'invalid_client', 'Basic'),
      );
    },
  );

  it('the doctor names them, with what each member must be', async () => {
    const { stdout } = await program.eyrie(['doctor', '--json'], {
      DATABASE_URL: before.databaseUrl,
      EYRIE_SECRET: testSecret,
      EYRIE_ISSUER: before.issuer,
      EYRIE_PROFILE: 'fapi2',
    });
    const found = JSON.parse(stdout) as { about: string; finding: string }[];
    const misfits = found.filter(({ finding }) => finding.includes('security profile'));

    expect(misfits.map(({ about }) => about).toSorted()).toEqual(['client app', 'client message-writer']);
    expect(misfits.find(({ about }) => about === 'client message-writer')?.finding).toContain(
      'token_endpoint_auth_method must be one of private_key_jwt',
    );
  });
});
