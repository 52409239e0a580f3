import { request as httpRequest } from 'node:http';
import { alice, startServer, type TestServer } from '../support/server.js';
import { encode, post, RelyingParty, request } from '../token/relying-party.js';

const documents = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

describe('C4 discovery', () => {
  let server: TestServer;
  let metadata: Record<string, string & string[]>;

  beforeAll(async () => {
    server = await startServer();
    await server.createUser(alice);
    metadata = (await request(server, documents[0] ?? '')).body as unknown as typeof metadata;
  });
  afterAll(() => server.stop());

  const list = (name: string): string[] => metadata[name] ?? [];

  it('both documents are JSON, the same, and may be read from any origin', async () => {
    const [oidc, oauth] = await Promise.all(
      documents.map((path) => request(server, path, { headers: { origin: 'https://spa.example.com' } })),
    );
    expect(oidc?.status).toBe(200);
    expect(oidc?.headers.get('content-type')).toMatch(/^application\/json/);
    expect(oidc?.headers.get('access-control-allow-origin')).toBe('*');
    expect(oidc?.text).toBe(oauth?.text);
  });

  it('what the specifications require is there', () => {
    for (const name of [
      'issuer',
      'authorization_endpoint',
      'token_endpoint',
      'jwks_uri',
      'response_types_supported',
      'subject_types_supported',
      'id_token_signing_alg_values_supported',
    ])
      expect([name, metadata[name]]).toEqual([name, expect.anything()]);
    expect(list('id_token_signing_alg_values_supported')).toContain('RS256');
    expect(list('scopes_supported')).toContain('openid');
    expect(metadata.authorization_response_iss_parameter_supported).toBe(true);
    expect(metadata.request_uri_parameter_supported).toBe(false);
  });

  it('every URL has the origin of the issuer and answers', async () => {
    const urls = Object.entries(metadata).filter(([, value]) => /^https?:/.test(String(value)));
    expect(urls.length).toBeGreaterThan(8);
    for (const [name, url] of urls) {
      expect([name, new URL(url).origin]).toEqual([name, server.issuer]);
      const { status } = await request(server, new URL(url).pathname);
      expect([name, status === 404 || status >= 500]).toEqual([name, false]);
    }
  });

  it.each(documents)('%s is the same whatever Host, Forwarded and X-Forwarded-* say', async (path) => {
    const honest = (await request(server, path)).text;
    const forged = await rawGet(server, path, {
      host: 'evil.example',
      forwarded: 'host=evil.example;proto=https;for=10.0.0.1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '444',
      'x-forwarded-prefix': '/evil',
      'x-original-url': '/evil',
    });
    expect(forged).toBe(honest);
    expect(honest).not.toContain('evil');
  });

  it.each(documents)('%s by another method is 405 with Allow', async (path) => {
    const answer = await post(server, path, {});
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  });

  describe('only what works is there', () => {
    it('every grant type is known to the token endpoint, and no other', async () => {
      const client = await RelyingParty.register(server, { grant_types: ['authorization_code'] });
      for (const grant_type of [
        ...list('grant_types_supported'),
        'implicit',
        'password',
        'urn:ietf:params:oauth:grant-type:device_code',
      ]) {
        const { body } = await client.token({ grant_type });
        expect([grant_type, body.error !== 'unsupported_grant_type']).toEqual([
          grant_type,
          list('grant_types_supported').includes(grant_type),
        ]);
      }
    });

    it('every token_endpoint_auth_method authenticates a client', async () => {
      for (const token_endpoint_auth_method of list('token_endpoint_auth_methods_supported')) {
        const client = await RelyingParty.register(server, { token_endpoint_auth_method });
        expect(await client.tokens()).toHaveProperty('access_token');
      }
    });

    it('every method at introspection and revocation is answered', async () => {
      for (const method of list('introspection_endpoint_auth_methods_supported')) {
        const client = await RelyingParty.register(server, { token_endpoint_auth_method: method });
        expect((await client.introspect('x')).status).toBe(200);
      }
      for (const method of list('revocation_endpoint_auth_methods_supported')) {
        const client = await RelyingParty.register(server, { token_endpoint_auth_method: method });
        expect((await client.revoke('x')).status).toBe(200);
      }
    });

    it('every ID token algorithm signs, and has a key in the JWKS', async () => {
      const { keys } = (await request(server, '/jwks')).body as unknown as { keys: { alg: string }[] };
      for (const alg of list('id_token_signing_alg_values_supported')) {
        const client = await RelyingParty.register(server, { id_token_signed_response_alg: alg });
        const [header = ''] = (await client.tokens()).id_token.split('.');
        expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg });
        expect(keys.map((key) => key.alg)).toContain(alg);
      }
    });

    it('every response mode carries a code', async () => {
      const client = await RelyingParty.register(server);
      await client.tokens();
      for (const response_mode of list('response_modes_supported')) {
        const query = encode({
          response_type: 'code',
          client_id: client.clientId,
          redirect_uri: client.redirectUri,
          scope: 'openid',
          response_mode,
          code_challenge: 'x'.repeat(43),
          code_challenge_method: 'S256',
        });
        const shown = await client.browser.send(`/authorize?${query}`);
        const answer = response_mode.startsWith('form_post')
          ? shown.html
          : (shown.headers.get('location') ?? '');
        expect(answer).toMatch(
          {
            query: /\?code=/,
            fragment: /#code=/,
            form_post: /name="code"/,
            jwt: /\?response=/,
            'query.jwt': /\?response=/,
            'fragment.jwt': /#response=/,
            'form_post.jwt': /name="response"/,
          }[response_mode] ?? /never/,
        );
      }
    });

    it('every scope but those of the administration can be asked for', async () => {
      const scopes = list('scopes_supported').filter((scope) => !scope.startsWith('eyrie.'));
      const client = await RelyingParty.register(server, { scope: scopes.join(' ') });
      expect((await client.tokens()).scope.split(' ').toSorted()).toEqual(scopes.toSorted());
    });

    it('every claim is one that is told, once the user has it', async () => {
      const profile = {
        name: 'Carol C.',
        given_name: 'Carol',
        family_name: 'C.',
        middle_name: 'M.',
        nickname: 'Caz',
        profile: 'https://carol.example/profile',
        picture: 'https://carol.example/picture',
        website: 'https://carol.example/',
        email: 'carol@example.com',
        gender: 'female',
        birthdate: '1990-01-01',
        zoneinfo: 'Europe/Paris',
        locale: 'fr-FR',
        phone_number: '+33 1 23 45 67 89',
        address: { country: 'France' },
      };
      const carol = { username: 'carol', password: 'correct horse battery', ...profile };
      await server.createUser(carol);
      const client = await RelyingParty.register(server, { scope: 'openid profile email address phone' });
      const { body } = await client.redeem(await client.authorize({ nonce: 'n' }, { ...alice, ...carol }));
      const idToken = JSON.parse(
        Buffer.from(body.id_token.split('.')[1] ?? '', 'base64url').toString(),
      ) as object;
      const told = { ...idToken, ...(await client.userinfo(body.access_token)).body };
      expect(Object.keys(told).toSorted()).toEqual([...new Set(list('claims_supported'))].toSorted());
      expect(told).toMatchObject(profile);
    });

    it('the code challenge methods are S256 alone', () => {
      expect(metadata.code_challenge_methods_supported).toEqual(['S256']);
    });
  });
});

/** A GET with headers that fetch would not send. */
async function rawGet(server: TestServer, path: string, headers: Record<string, string>): Promise<string> {
  const { hostname, port } = new URL(server.issuer);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
}
