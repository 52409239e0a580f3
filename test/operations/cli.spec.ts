import { readFile } from 'node:fs/promises';
import { settingDescriptions } from '../../src/config/settings.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { ProgramHost } from '../support/program-host.js';
import { createTestDatabase } from '../support/database.js';
import { type Ended, eyrie } from '../support/programs.js';
import { alice, startServer, testSecret, type TestServer } from '../support/server.js';
import { basic, post, RelyingParty } from '../support/relying-party.js';
import { ConfigurationFiles, story } from '../support/configuration.js';

describe('The command line beside a running server', () => {
  let server: TestServer;
  const program = new ProgramHost();

  beforeAll(async () => {
    server = await startServer();
    await server.createUser(alice);
  });
  afterAll(() => Promise.all([program.end(), server.stop()]));

  const run = async (commandLine: string, input = ''): Promise<Ended> =>
    program.eyrie(
      commandLine.split(' '),
      { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret },
      input,
    );
  const json = async <Result>(commandLine: string): Promise<Result> => {
    const { code, stdout, stderr } = await run(`${commandLine} --json`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as Result;
  };
  const tokenError = async (clientId: string, secret: string): Promise<string> => {
    const response = await fetch(`${server.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'unknown' }),
    });
    return ((await response.json()) as { error: string }).error;
  };
  const canSignIn = async (username: string, password: string): Promise<boolean> => {
    const browser = new TestBrowser(server.issuer);
    const page = await signIn(browser, await browser.open('/login'), { username, password });
    return page.url.endsWith('/account');
  };

  it('takes the first steps of README as they stand there', async () => {
    const readme = await readFile('README.md', 'utf8');
    const [, secret = '', commandLine = ''] = /echo (\S+) \| npm run eyrie -- (.+)/.exec(readme) ?? [];
    expect(await run(commandLine, `${secret}\n`)).toMatchObject({ code: 0, stderr: '' });

    expect(readme).toContain(`curl -u robot:${secret} -d grant_type=client_credentials`);
    const headers = { authorization: basic('robot', secret) };
    const tokens = await post(server, '/token', { grant_type: 'client_credentials' }, headers);
    const { body } = await post(server, '/introspect', { token: tokens.body.access_token }, headers);
    expect(body).toMatchObject({ active: true, client_id: 'robot' });
    expect((await run('client delete robot')).code).toBe(0);
  });

  it('registers a client whose secret works at the server, rotates it, disables and deletes the client', async () => {
    const created = await json<{ client_id: string; client_secret: string }>(
      'client create --id machine --redirect-uri https://a.example/cb --grant-type authorization_code refresh_token',
    );
    expect(await tokenError('machine', created.client_secret)).toBe('invalid_grant');

    const rotated = await json<typeof created>('client rotate-secret machine --overlap 0');
    expect(rotated.client_secret).not.toBe(created.client_secret);

    expect((await run('client disable machine')).stdout).toBe('machine is disabled\n');
    expect(await json('client list')).toEqual([
      expect.objectContaining({ client_id: 'machine', disabled: true }),
    ]);
    expect((await run('client delete machine')).code).toBe(0);
    expect(await run('client delete machine')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'eyrie: there is no client machine\n',
    });
  });

  it('refuses a client with faults in one line', async () => {
    const { code, stderr } = await run(
      'client create --redirect-uri https://a.example/cb http://a.example/cb',
    );
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'eyrie: redirect_uris[1] may use http only on loopback\n',
    });
  });

  it('creates a user who can sign in with the generated password, and then with one from standard input', async () => {
    const { password } = await json<{ password: string }>('user create carol --name Carol');
    await expect(canSignIn('carol', password)).resolves.toBe(true);

    const changed = await run('user set-password carol --password-stdin', 'battery staple\n');
    expect(changed.stdout).not.toContain('battery staple');
    await expect(canSignIn('carol', password)).resolves.toBe(false);
    await expect(canSignIn('carol', 'battery staple')).resolves.toBe(true);

    await run('user disable carol');
    await expect(canSignIn('carol', 'battery staple')).resolves.toBe(false);
  });

  it('refuses a password that is too short, without telling it', async () => {
    const { code, stderr } = await run('user create dave --password-stdin', 'hunter2');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^eyrie: password must be .*\n$/);
    expect(stderr).not.toContain('hunter2');
  });

  it('lists the grants of a user and revokes them, so that their tokens die at the server', async () => {
    const party = await RelyingParty.register(server);
    const tokens = await party.tokens();
    const grants = await json<{ client_id: string }[]>('grant list --user alice');
    expect(grants).toEqual([expect.objectContaining({ client_id: party.clientId })]);

    expect((await run('grant revoke --user alice')).stdout).toBe('1 grant is revoked\n');
    expect((await party.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await party.userinfo(tokens.access_token)).status).toBe(401);
    expect(await json('grant list --user alice')).toEqual([]);
  });

  it('rotates keys: ten seconds later the server publishes the new one and signs with the one before it', async () => {
    const published = async (): Promise<string[]> => {
      const { keys } = (await (await fetch(`${server.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
      return keys.map(({ kid }) => kid);
    };
    const before = await published();
    const rotated = await run('keys rotate --alg ES256');
    const [, kid = ''] = /^ES256 is signed with (\S+)\n$/.exec(rotated.stdout) ?? [];
    expect(before).toContain(kid);

    server.clock.advance(10);
    const after = await published();
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after).toHaveLength(before.length + 1);

    const { access_token } = await (await RelyingParty.register(server)).tokens();
    const header = JSON.parse(
      Buffer.from(access_token.split('.')[0] ?? '', 'base64url').toString(),
    ) as object;
    expect(header).toMatchObject({ alg: 'ES256', kid });
    expect(await json('keys list')).toContainEqual(expect.objectContaining({ kid, state: 'active' }));
  });

  it('plans and applies a file and tells what it did, and exports one whose plan changes nothing', async () => {
    const files = await ConfigurationFiles.create();
    const file = await files.write(story);
    expect((await run(`apply ${file} --check`)).stdout).toBe(`${file} can be applied\n`);
    expect(await run(`plan ${file}`)).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('Would create 4, update 0, delete 0'),
    });
    const { stdout } = await run(`apply ${file}`);
    expect(stdout.split('\n').map((line) => line.split(/ +/))).toEqual([
      ['KIND', 'NAME', 'OUTCOME'],
      ['resource', 'https://notes.example.com', 'created'],
      ['client', 'reader', 'created'],
      ['client', 'app', 'created'],
      ['user', 'bob', 'created'],
      [''],
    ]);

    const { stdout: exported } = await run('export');
    await files.write(exported);
    expect(await run(`plan ${file} --prune clients,users`)).toEqual({
      code: 0,
      stdout: 'Nothing would change.\n',
      stderr: '',
    });
    expect(await run(`plan ${file} --prune everything`)).toMatchObject({ code: 64, stdout: '' });

    const faulty = await files.write('users: 3');
    expect(await run(`apply ${faulty}`)).toEqual({
      code: 1,
      stdout: '',
      stderr: `eyrie: ${faulty}:1:8: users must be an array\n`,
    });
    await files.remove();
  });
});

describe('The command line on its own', () => {
  it('migrates an empty database, and makes neither an administrator nor what a file for the start says', async () => {
    const database = await createTestDatabase();
    const environment = {
      DATABASE_URL: database.url,
      EYRIE_SECRET: testSecret,
      EYRIE_APPLY: '/nowhere/eyrie.yaml',
    };
    expect((await eyrie(['migrate'], environment)).stdout).toMatch(/^ran Initial\d+/);
    expect((await eyrie(['migrate'], environment)).stdout).toBe('nothing to do\n');
    expect((await eyrie(['user', 'list'], environment)).stdout).toBe('none\n');
    expect((await eyrie(['client', 'list'], environment)).stdout).toBe('none\n');
    await database.drop();
  });

  it('lists every setting with its default', async () => {
    const { stdout } = await eyrie(['settings'], {});
    for (const { name, default: value } of settingDescriptions) {
      const line = stdout.split('\n').find((candidate) => candidate.startsWith(`${name} `));
      expect(line).toContain(value);
    }
  });

  it('ends with 1 and one line where the database cannot be reached', async () => {
    const { code, stderr } = await eyrie(['user', 'list'], {
      DATABASE_URL: 'mysql://root:hunter2hunter2@127.0.0.1:1/eyrie',
      EYRIE_SECRET: testSecret,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^eyrie: DATABASE_URL: cannot use the database at 127\.0\.0\.1:1 \(ECONNREFUSED\).*\n$/,
    );
  });

  it('suggests the command that was meant', async () => {
    const { code, stderr } = await eyrie(['usr'], {});
    expect({ code, stderr }).toEqual({
      code: 64,
      stderr: "error: unknown command 'usr'\n(Did you mean user?)\n",
    });
  });
});
