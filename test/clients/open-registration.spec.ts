import { registrationWindowSeconds } from '../../src/clients/dynamic/registration-throttle.js';
import { InitialAccessTokens } from '../../src/clients/dynamic/initial-access-tokens.js';
import { Database } from '../../src/persistence/database.js';
import { AdminCaller, expectRefusedField } from '../support/admin-caller.js';
import { startServer, type TestServer, useServer } from '../support/server.js';
import { type Answer, expectRefusal, request } from '../support/relying-party.js';

const metadata = { redirect_uris: ['https://rp.example.com/callback'] };
const attempts = 3;
const app = 'https://app.example.com';

/** A registration as it comes through the proxy from an address. */
async function register(
  server: TestServer,
  address: string,
  body: object = metadata,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return request(server, '/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address, ...headers },
    body: JSON.stringify(body),
  });
}

async function clientCount(server: TestServer): Promise<number> {
  const [row] = await server.app
    .get(Database)
    .query<{ count: number }>('SELECT COUNT(*) AS count FROM clients', []);
  return Number(row?.count);
}

describe('Open registration', () => {
  const server = useServer({
    EYRIE_REGISTRATION: 'open',
    EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: String(attempts),
    EYRIE_TRUSTED_PROXIES: '127.0.0.1',
    EYRIE_OUTBOUND_ALLOW: 'logout.internal:8080',
  });

  describe('is limited per address', () => {
    it('F1 too many registrations, refused ones counted, are 429 with Retry-After until the window ends', async () => {
      const from = '192.0.2.1';
      expect((await register(server, from)).status).toBe(201);
      expectRefusal(await register(server, from, { redirect_uris: [] }), 400, 'invalid_redirect_uri');
      expect((await register(server, from)).status).toBe(201);

      const before = await clientCount(server);
      const refused = await register(server, from, metadata, { origin: app });
      expectRefusal(refused, 429, 'temporarily_unavailable');
      const wait = Number(refused.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(registrationWindowSeconds - 60);
      expect(wait).toBeLessThanOrEqual(registrationWindowSeconds);
      expect(refused.headers.get('access-control-expose-headers')).toContain('retry-after');
      expect(await clientCount(server)).toBe(before);

      expect((await register(server, '192.0.2.2')).status).toBe(201);
      server.clock.advance(wait);
      expect((await register(server, from)).status).toBe(201);
    });

    it('F1 of registrations sent at once no more pass than are allowed', async () => {
      const answers = await Promise.all(Array.from({ length: 6 }, () => register(server, '192.0.2.3')));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(attempts);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(6 - attempts);
    });

    it('F1 a network of IPv6 counts as one address', async () => {
      for (let host = 1; host <= attempts; host++)
        expect((await register(server, `2001:db8:0:1::${host}`)).status).toBe(201);
      expectRefusal(await register(server, '2001:db8:0:1:ffff::1'), 429, 'temporarily_unavailable');
      expect((await register(server, '2001:db8:0:2::1')).status).toBe(201);
    });

    it('F1 who has an initial access token is not counted, nor is who manages a client', async () => {
      const from = '192.0.2.4';
      const { token } = await server.app.get(InitialAccessTokens).create({}, 'test');
      const authorization = `Bearer ${token}`;
      let last = await register(server, from, metadata, { authorization });
      for (let more = 0; more < attempts; more++)
        last = await register(server, from, metadata, { authorization });
      expect(last.status).toBe(201);
      const { registration_client_uri: uri, registration_access_token: own } = last.body;
      for (let more = 0; more <= attempts; more++) {
        const answer = await request(server, String(uri), {
          headers: { authorization: `Bearer ${String(own)}`, 'x-forwarded-for': from },
        });
        expect(answer.status).toBe(200);
      }
      expect((await register(server, from)).status).toBe(201);
    });
  });

  describe('is open to applications in browsers', () => {
    it.each([
      ['/register', 'POST', ['POST']],
      ['/register/some-client', 'PUT', ['GET', 'PUT', 'DELETE']],
    ])('F1 a preflight of %s says by which methods it may be called', async (path, method, methods) => {
      const answer = await request(server, path, {
        method: 'OPTIONS',
        headers: {
          origin: app,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization, content-type',
        },
      });
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-methods')?.split(', ')).toEqual(methods);
      expect(answer.headers.get('access-control-allow-headers')).toContain('authorization, content-type');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    });

    it('F1 answers and refusals can be read from another origin', async () => {
      const registered = await register(server, '192.0.2.5', metadata, { origin: app });
      const refused = await register(server, '192.0.2.5', {}, { origin: app });
      const unknown = await request(server, '/register/unknown', { headers: { origin: app } });
      expect([registered.status, refused.status, unknown.status]).toEqual([201, 400, 401]);
      for (const { headers } of [registered, refused, unknown])
        expect(headers.get('access-control-allow-origin')).toBe('*');
    });
  });

  describe('takes no URL that the server must not fetch', () => {
    const fields = ['jwks_uri', 'sector_identifier_uri', 'backchannel_logout_uri'];
    const forbidden = [
      'http://rp.example.com/there',
      'https://127.0.0.1/there',
      'https://[::1]/there',
      'https://localhost/there',
      'http://127.0.0.1:4000/there',
      'https://10.0.0.1/there',
      'https://169.254.169.254/there',
      'https://[fd00::1]/there',
      'https://0x7f000001/there',
      'http://logout.internal:8081/there',
    ];
    let admin: AdminCaller;
    let authorization: string;
    beforeAll(async () => {
      admin = await AdminCaller.register(server);
      authorization = `Bearer ${(await server.app.get(InitialAccessTokens).create({}, 'test')).token}`;
    });

    const cases = fields.flatMap((field) => forbidden.map((url): [string, string] => [field, url]));
    it.each(cases)('F4 %s %s is refused by name, from administrators too', async (field, url) => {
      const before = await clientCount(server);
      const body = { ...metadata, [field]: url };
      const answer = await register(server, '192.0.2.6', body, { authorization });
      expectRefusal(answer, 400, 'invalid_client_metadata');
      expect(answer.body.error_description).toMatch(new RegExp(`^${field} must`));
      expectRefusedField(await admin.post('/clients', body), field);
      expect(await clientCount(server)).toBe(before);
    });

    it('F4 a host of the allow-list may be told of logouts over http, and a public one over https', async () => {
      for (const uri of ['http://logout.internal:8080/there', 'https://rp.example.com/there?of=eyrie']) {
        const { clientId } = await server.register({ ...metadata, backchannel_logout_uri: uri });
        expect(clientId).toEqual(expect.any(String));
      }
    });

    it('F4 a back-channel logout URI with a fragment is refused', async () => {
      const body = { ...metadata, backchannel_logout_uri: 'https://rp.example.com/there#now' };
      await expect(server.register(body)).rejects.toMatchObject({ status: 400 });
    });
  });
});

describe('Registration that is off', () => {
  it('F1 answers 404, which other origins can read', async () => {
    const server = await startServer();
    const answer = await request(server, '/register', {
      method: 'OPTIONS',
      headers: { origin: app, 'access-control-request-method': 'POST' },
    });
    expect(answer.status).toBe(204);
    const refused = await request(server, '/register', { method: 'POST', headers: { origin: app } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([404, '*']);
    await server.stop();
  });
});
