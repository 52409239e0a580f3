import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { Database } from '../../src/persistence/database.js';
import { AdminCaller } from '../support/admin-caller.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { alice, startServer, useServer } from '../support/server.js';
import { post, RelyingParty, request, type Answer } from '../support/relying-party.js';

/** The value of a sample, by its name with labels; 0 where there is none. */
function sample(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

describe('Metrics (EYRIE_METRICS=token)', () => {
  const server = useServer({ EYRIE_METRICS: 'token' }, { users: [alice] });
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server, 'eyrie.admin.read');
  });

  const read = async (token = admin.token): Promise<Answer> =>
    request(server, '/metrics', { headers: { authorization: `Bearer ${token}` } });

  it('are text of Prometheus that is stored nowhere, with those of the process', async () => {
    const { status, headers, text } = await read();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(sample(text, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('time answers by route template, method and status, however many addresses there are', async () => {
    const count = (route: string, method: string, status: number): string =>
      `http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`;
    const before = (await read()).text;
    await admin.get('/clients/one');
    await admin.get('/clients/two');
    await request(server, '/nowhere/at-all?secret=none');
    await request(server, '/token');
    const { text } = await read();
    const grown = (name: string): number => sample(text, name) - sample(before, name);
    expect(grown(count('/admin/clients/:client_id', 'GET', 404))).toBe(2);
    expect(grown(count('none', 'GET', 404))).toBe(1);
    expect(grown(count('none', 'GET', 405))).toBe(1);
    for (const part of ['secret', 'nowhere', '/one', '/two']) expect(text).not.toContain(part);
  });

  it('count token responses by grant type, and refusals not', async () => {
    const name = (grantType: string): string => `eyrie_token_responses_total{grant_type="${grantType}"}`;
    const before = (await read()).text;
    const party = await RelyingParty.register(server);
    const tokens = await party.tokens();
    await party.refresh(tokens.refresh_token);
    await post(server, '/token', { grant_type: 'refresh_token' });
    const { text } = await read();
    expect(sample(text, name('authorization_code')) - sample(before, name('authorization_code'))).toBe(1);
    expect(sample(text, name('refresh_token')) - sample(before, name('refresh_token'))).toBe(1);
    expect(sample(text, name('client_credentials'))).toBe(1);
  });

  it('count failed sign-ins, and revocations by kind', async () => {
    const browser = new TestBrowser(server.issuer);
    await signIn(browser, await browser.open('/login'), { ...alice, password: 'a wild guess' });
    const party = await RelyingParty.register(server);
    const authorized = await party.authorize();
    await party.redeem(authorized);
    await party.redeem(authorized);
    const { access_token, refresh_token } = await party.tokens();
    await party.revoke(access_token);
    await party.revoke(refresh_token);
    await party.revoke(refresh_token);
    const { text } = await read();
    expect(sample(text, 'eyrie_factor_attempts_total{factor="password",outcome="failure"}')).toBe(1);
    for (const kind of ['access_token', 'grant', 'replay'])
      expect({ kind, count: sample(text, `eyrie_revocations_total{kind="${kind}"}`) }).toEqual({
        kind,
        count: 1,
      });
  });

  it('count sign-ins and right answers by factor', async () => {
    const before = (await read()).text;
    const browser = new TestBrowser(server.issuer);
    await signIn(browser, await browser.open('/login'), alice);
    const { text } = await read();
    for (const name of [
      'eyrie_sign_ins_total',
      'eyrie_factor_attempts_total{factor="password",outcome="success"}',
    ])
      expect({ name, grown: sample(text, name) - sample(before, name) }).toEqual({ name, grown: 1 });
  });

  it('count errors by route and code, in bodies, on pages and in redirects', async () => {
    const party = await RelyingParty.register(server);
    await post(server, '/token', { grant_type: 'password' });
    await request(server, '/authorize?client_id=nobody');
    await new TestBrowser(server.issuer).send(party.authorizeUrl('verifier', { prompt: 'none' }));
    const { text } = await read();
    const errors = text.split('\n').filter((line) => line.startsWith('eyrie_errors_total{'));
    expect(errors).toEqual(
      expect.arrayContaining([
        expect.stringContaining('{route="/token",error="'),
        expect.stringContaining('{route="/authorize",error="invalid_request"'),
        expect.stringContaining('{route="/authorize",error="login_required"'),
      ]),
    );
  });

  it('say how long the oldest work has been waiting', async () => {
    const database = server.app.get(Database);
    const now = server.clock.now();
    await database.write((tx) =>
      database.affected(tx, 'INSERT INTO throttles (key_hash, attempts, expires_at) VALUES (?, 1, ?)', [
        'late',
        now - 500,
      ]),
    );
    const { text } = await read();
    expect(sample(text, 'eyrie_lag_seconds{work="sweep"}')).toBeGreaterThanOrEqual(500);
    expect(sample(text, 'eyrie_lag_seconds{work="delivery"}')).toBe(0);
    expect(text).toContain('eyrie_lag_seconds{work="audit_seal"}');
  });

  it('are all on the dashboard, and the dashboard and the alerts name none that does not exist', async () => {
    const { text } = await read();
    const own = [...text.matchAll(/^# TYPE (eyrie_\w+|http_request_duration_seconds) /gm)].map(
      ([, name]) => name ?? '',
    );
    const dashboard = await readFile('deploy/grafana-dashboard.json', 'utf8');
    const alerts = await readFile('deploy/prometheus-alerts.yaml', 'utf8');
    expect(own.filter((name) => !dashboard.includes(name))).toEqual([]);

    const known = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [name, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    );
    const queries = [
      ...[...dashboard.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(
        ([, query = '']) => JSON.parse(query) as string,
      ),
      ...(parse(alerts) as { groups: { rules: { expr: string }[] }[] }).groups.flatMap(({ rules }) =>
        rules.map(({ expr }) => expr),
      ),
    ];
    const named = queries.flatMap((query) => query.match(/\b(?:eyrie|http|nodejs|process)_\w+/g) ?? []);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('are refused without a token, with one that is none, and with another scope', async () => {
    const none = await request(server, '/metrics');
    expect(none.status).toBe(401);
    expect(none.headers.get('www-authenticate')).toMatch(/^Bearer realm="eyrie", DPoP /);
    expect((await read('forged')).body).toMatchObject({ error: 'invalid_token' });
    const poor = await read((await AdminCaller.register(server, 'contacts.read')).token);
    expect({ status: poor.status, error: poor.body.error }).toEqual({
      status: 403,
      error: 'insufficient_scope',
    });
    expect(poor.headers.get('www-authenticate')).toContain('scope="eyrie.admin.read"');
    expect((await read((await AdminCaller.register(server, 'eyrie.admin')).token)).status).toBe(200);
  });
});

it('Metrics do not exist by default', async () => {
  const server = await startServer();
  try {
    expect((await request(server, '/metrics')).status).toBe(404);
  } finally {
    await server.stop();
  }
});

describe('Metrics (EYRIE_METRICS lists addresses, behind a trusted proxy)', () => {
  const server = useServer({ EYRIE_METRICS: '10.0.0.0/8, ::1', EYRIE_TRUSTED_PROXIES: '127.0.0.1' });

  it.each([
    ['10.0.0.7', undefined, 200],
    ['::ffff:10.0.0.7', undefined, 200],
    ['::1', undefined, 200],
    ['127.0.0.1', '10.0.0.7', 200],
    ['127.0.0.1', undefined, 401],
    ['127.0.0.1', '192.0.2.1', 401],
    ['192.0.2.1', '10.0.0.7', 401],
    ['::2', undefined, 401],
  ])('from %s, which names %s, they answer %i', async (remoteAddress, forwarded, status) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    const { statusCode } = await server.app.inject({ url: '/metrics', remoteAddress, headers });
    expect(statusCode).toBe(status);
  });

  it('they answer to a token from anywhere', async () => {
    const { token } = await AdminCaller.register(server, 'eyrie.admin.read');
    const headers = { authorization: `Bearer ${token}` };
    expect((await request(server, '/metrics', { headers })).status).toBe(200);
  });
});
