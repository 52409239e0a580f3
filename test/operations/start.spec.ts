import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseKind, type DatabaseKind, type TestDatabase } from '../support/database.js';
import { ProgramHost } from '../support/program-host.js';
import { type Environment, ServerProcess } from '../support/programs.js';
import { preparedDatabase } from '../support/server.js';

describe('Starting', () => {
  let database: TestDatabase;
  let folder: string;
  let running: ServerProcess[] = [];
  const removals: (() => Promise<void>)[] = [];
  const programs = new ProgramHost();

  beforeEach(async () => {
    const [own, place] = await Promise.all([preparedDatabase(), mkdtemp(join(tmpdir(), 'eyrie-start-'))]);
    removals.push(
      () => own.drop(),
      () => rm(place, { recursive: true }),
    );
    [database, folder] = [own, place];
  });
  afterEach(async () => {
    await Promise.all(running.map((server) => server.kill()));
    running = [];
  });
  afterAll(async () => {
    // A start that failed late holds its database open as long as the process runs.
    await programs.end();
    await Promise.all(removals.map((remove) => remove()));
  });

  const start = async (environment: Environment = {}): Promise<ServerProcess> => {
    const server = await ServerProcess.start({ DATABASE_URL: database.url, ...environment });
    running.push(server);
    return server;
  };
  const keysOf = async ({ url }: ServerProcess): Promise<unknown> => (await fetch(`${url}/jwks`)).json();

  it('for the first time prints the administrator with a password, a second time neither, and keeps the keys', async () => {
    const first = await start();
    expect(first.stdout).toMatch(/username +admin\n +password +([a-z2-9]{4}-){4}[a-z2-9]{4}\n/);
    expect(first.stdout).toContain(`Swagger UI  ${first.url}/docs\n`);
    expect(first.stdout).toContain(`${first.url}/account`);
    const keys = await keysOf(first);
    first.signal('SIGTERM');
    await first.ended();

    const second = await start();
    expect(second.stdout).not.toContain('password');
    expect(second.stdout).toContain(`Eyrie serves ${second.url}\n`);
    expect(await keysOf(second)).toEqual(keys);
  });

  it('by the command line serves as well', async () => {
    const server = await ServerProcess.start({ DATABASE_URL: database.url }, { commandLine: ['serve'] });
    running.push(server);
    expect(server.stdout).toContain(`Eyrie serves ${server.url}\n`);
    expect(await keysOf(server)).toHaveProperty('keys');
    server.signal('SIGTERM');
    expect(await server.ended()).toMatchObject({ code: 0, stderr: '' });
  });

  it('with a chosen administrator password does not print it', async () => {
    const server = await start({ EYRIE_ADMIN_PASSWORD: 'battery staple' });
    expect(server.stdout).toContain('EYRIE_ADMIN_PASSWORD');
    expect(server.stdout).not.toContain('battery staple');
  });

  it.each(['EYRIE_ADMIN_PASSWORD', 'EYRIE_ADMIN_PASSWORD_FILE'])(
    'in production with %s prints JSON lines alone, without the password',
    async (name) => {
      const file = join(folder, 'password');
      await writeFile(file, 'battery staple\n');
      const server = await start({
        NODE_ENV: 'production',
        EYRIE_LOG_LEVEL: 'info',
        [name]: name.endsWith('_FILE') ? file : 'battery staple',
      });
      server.signal('SIGTERM');
      const { stdout, stderr } = await server.ended();
      const messages = (stdout + stderr)
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { msg: string }).msg);
      expect(messages).toContain(`Eyrie serves ${server.url}`);
      expect(messages).toContainEqual(
        expect.stringMatching(/^First start: the administrator admin can sign in/),
      );
      expect(stdout).not.toContain('battery staple');
    },
  );

  it.each<[condition: string, environment: Environment, message: RegExp]>([
    ['a password for the administrator', {}, /^EYRIE_ADMIN_PASSWORD is missing/],
    [
      'a password file that can be read',
      { EYRIE_ADMIN_PASSWORD_FILE: '/nowhere' },
      /^EYRIE_ADMIN_PASSWORD_FILE: cannot read \/nowhere/,
    ],
    ['EYRIE_SECRET', { EYRIE_SECRET: '' }, /^EYRIE_SECRET is missing/],
  ])('in production without %s ends with one JSON line', async (_condition, environment, message) => {
    const ended = await programs.startInVain({
      DATABASE_URL: database.url,
      NODE_ENV: 'production',
      EYRIE_LOG_LEVEL: 'error',
      ...environment,
    });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(ended.stderr)).toEqual({
      level: 60,
      time: expect.any(Number),
      msg: expect.stringMatching(message),
    });
  });

  it('with the port taken, the first time, still tells the password that it made', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };

    const ended = await programs.startInVain({ DATABASE_URL: database.url, PORT: String(port) });
    other.close();
    expect(ended).toMatchObject({
      code: 1,
      stderr: `eyrie: PORT: 127.0.0.1:${port} is in use: stop the program that listens there, or set PORT to another port\n`,
    });
    expect(ended.stdout).toContain('password');
  });

  it('with another secret than the keys were made with ends with one line', async () => {
    const first = await start();
    first.signal('SIGTERM');
    await first.ended();

    await expect(
      programs.startInVain({
        DATABASE_URL: database.url,
        EYRIE_SECRET: 'quite another secret of forty characters',
      }),
    ).resolves.toEqual({
      code: 1,
      stdout: '',
      stderr:
        'eyrie: EYRIE_SECRET does not decrypt the signing keys in this database: set the secret with which they were created, as EYRIE_SECRET_PREVIOUS if it is being replaced\n',
    });
  });

  it('with a file that cannot be applied ends with a line for each of its problems', async () => {
    const file = join(folder, 'eyrie.yaml');
    await writeFile(file, 'users:\n  - { username: bob }\n  - { username: eve, role: boss }\n');
    const ended = await programs.startInVain({ DATABASE_URL: database.url, EYRIE_APPLY: file });
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `eyrie: ${file}:3:28: users[1].role is not a known field\n`,
    });
  });

  const refusalsOfServer: Refusal[] = [
    [
      'that refuses the password',
      (own) => changed(own, { password: 'wrong' }),
      'it refuses user or password',
    ],
    [
      'that does not exist',
      (own) => changed(own, { pathname: '/eyrie_none' }),
      'create it, or correct the name',
    ],
  ];
  const refusals: Record<DatabaseKind, Refusal[]> = {
    sqlite: [
      ['that is a folder', () => `sqlite:${folder}`, 'it cannot be opened: make file and folder writable'],
      [
        'that is another file',
        () => `sqlite:${join(folder, 'text')}`,
        'it is no SQLite database, or a damaged one',
      ],
    ],
    mysql: refusalsOfServer,
    postgres: refusalsOfServer,
  };

  it.each(refusals[databaseKind()])(
    'with a database %s ends with one line',
    async (_condition, url, remedy) => {
      await writeFile(join(folder, 'text'), 'x'.repeat(20_000));
      const { code, stdout, stderr } = await programs.startInVain({
        DATABASE_URL: url(new URL(database.url)),
      });
      expect(stderr).toContain(remedy);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    },
  );
});

const changed = (url: URL, changes: { password?: string; pathname?: string }): string =>
  Object.assign(url, changes).href;

type Refusal = [condition: string, url: (own: URL) => string, remedy: string];
