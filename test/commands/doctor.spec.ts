import { Database } from '../../src/persistence/database.js';
import { readSettings } from '../../src/config/settings.js';
import { findingsOf } from '../../src/commands/doctor/settings-check.js';
import type { Finding } from '../../src/commands/doctor/finding.js';
import { ProgramHost } from '../support/program-host.js';
import { alice, startServer, testSecret, type TestServer } from '../support/server.js';

type Reported = Finding & { readonly check: string };

describe('eyrie doctor', () => {
  let server: TestServer;
  const program = new ProgramHost();

  beforeAll(async () => {
    server = await startServer();
    await server.createUser({ ...alice, administrator: true });
  });
  afterAll(() => Promise.all([program.end(), server.stop()]));

  const doctor = async (environment: Record<string, string> = {}, ...options: string[]) =>
    program.eyrie(['doctor', ...options], {
      DATABASE_URL: server.databaseUrl,
      EYRIE_SECRET: testSecret,
      EYRIE_ISSUER: server.issuer,
      ...environment,
    });
  const findings = async (environment: Record<string, string> = {}): Promise<Reported[]> =>
    JSON.parse((await doctor(environment, '--json')).stdout) as Reported[];
  const run = (sql: string, values: unknown[] = []): Promise<unknown> =>
    server.app.get(Database).write((tx) => server.app.get(Database).affected(tx, sql, values as never[]));

  it('finds nothing wrong with a server as it stands, but names what may be improved', async () => {
    const found = await findings();

    expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(found.map(({ check, about }) => `${check}: ${about}`)).toEqual(
      expect.arrayContaining(['settings: EYRIE_MAIL_URL', 'people: user alice']),
    );
  });

  it('prints each finding with its remedy, and ends with 2 for warnings', async () => {
    const { code, stdout, stderr } = await doctor();

    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toContain(
      'WARNING people: user alice is an administrator without a second factor\n        set EYRIE_SECOND_FACTOR_REQUIRED_OF',
    );
  });

  it('an issuer that answers for another one is an error: 3', async () => {
    const { port, hostname } = new URL(server.issuer);
    const other = { EYRIE_ISSUER: `http://${hostname === 'localhost' ? '127.0.0.1' : 'localhost'}:${port}` };

    expect((await doctor(other)).code).toBe(3);
    expect((await findings(other)).find(({ severity }) => severity === 'error')).toMatchObject({
      check: 'issuer',
      finding: expect.stringContaining(`for the issuer "${server.issuer}"`),
    });
  });

  it('an issuer that does not answer is a warning', async () => {
    expect(await findings({ EYRIE_ISSUER: 'http://127.0.0.1:1' })).toContainEqual(
      expect.objectContaining({ check: 'issuer', severity: 'warning' }),
    );
  });

  it('names clients that cannot authenticate, use undefined scopes, or were given the same secret long ago', async () => {
    await server.register({ client_id: 'lost', grant_types: ['client_credentials'] });
    await server.register({ client_id: 'old', grant_types: ['client_credentials'] });
    await server.register({ client_id: 'plain', grant_types: ['client_credentials'] });
    await run("UPDATE client_secrets SET expires_at = 1 WHERE client_id = 'lost'");
    await run("UPDATE client_secrets SET created_at = 1 WHERE client_id = 'old'");
    await run("UPDATE clients SET scope = 'openid gone.read' WHERE client_id = 'plain'");
    await run(`UPDATE clients SET redirect_uris = '["http://plain.example/cb"]' WHERE client_id = 'plain'`);

    const found = (await findings()).filter(({ check }) => check === 'clients');
    expect(found.map(({ about, finding }) => `${about} ${finding}`)).toEqual(
      expect.arrayContaining([
        'client lost has no secret that is valid: it cannot authenticate',
        expect.stringMatching(/^client old has had the same secret for \d+ days$/),
        'client plain may ask for gone.read, which no resource defines: requests with it are refused',
        'client plain has the redirection URI http://plain.example/cb: codes travel unencrypted',
      ]),
    );
  });

  it('sees that sweeping, sealing and deliveries are behind, and that a key is old', async () => {
    await run('UPDATE audit_events SET at = 1');
    await run("INSERT INTO throttles (key_hash, attempts, expires_at) VALUES ('x', 1, 1)");
    await run("UPDATE signing_keys SET activated_at = 1 WHERE state = 'active'");

    const abouts = (await findings()).map(({ check, about }) => `${check}: ${about}`);
    expect(abouts).toEqual(
      expect.arrayContaining([
        'upkeep: throttles',
        'upkeep: audit trail',
        expect.stringMatching(/^keys: key /),
      ]),
    );
  });

  it('writes nothing', async () => {
    const events = async (): Promise<unknown> =>
      server.app.get(Database).read.query('SELECT * FROM audit_events ORDER BY id');
    const before = await events();
    await doctor();

    expect(await events()).toEqual(before);
  });
});

describe('What the doctor finds in settings', () => {
  const abouts = (environment: Record<string, string>): string[] =>
    findingsOf(
      readSettings({ EYRIE_SECRET: testSecret, DATABASE_URL: 'sqlite:/tmp/x.sqlite', ...environment }),
    )
      .filter(({ severity }) => severity === 'warning')
      .map(({ about }) => about);

  it.each<[condition: string, environment: Record<string, string>, abouts: string[]]>([
    ['an issuer on loopback', {}, []],
    [
      'a public issuer in development mode without proxies',
      { EYRIE_ISSUER: 'https://id.example.com' },
      ['NODE_ENV', 'EYRIE_TRUSTED_PROXIES', 'EYRIE_SECOND_FACTOR_REQUIRED_OF'],
    ],
    [
      'a public issuer that is set up',
      {
        EYRIE_ISSUER: 'https://id.example.com',
        NODE_ENV: 'production',
        EYRIE_TRUSTED_PROXIES: '10.0.0.1',
        EYRIE_SECOND_FACTOR_REQUIRED_OF: 'administrators',
      },
      [],
    ],
  ])('%s', (_condition, environment, expected) => {
    expect(abouts(environment)).toEqual(expected);
  });
});
