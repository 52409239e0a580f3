import { readFileSync } from 'node:fs';
import { createTestDatabase } from '../support/database.js';
import { keptErrors } from '../support/kept-errors.js';
import { ProgramHost } from '../support/program-host.js';
import type { Ended } from '../support/programs.js';
import { useSignedInBrowser } from '../support/use-browser.js';
import { signedInBrowser } from '../support/walk.js';
import { alice, testSecret, useServer } from '../support/server.js';

const app = { client_id: 'app', redirect_uris: ['https://app.example/cb'], scope: 'openid' };

describe('What commands print and how they end', () => {
  const server = useServer({}, { users: [alice], clients: [app] });
  const browser = useSignedInBrowser(server);
  const program = new ProgramHost();
  afterAll(() => program.end());

  const run = async (...words: string[]): Promise<Ended> =>
    program.eyrie(words, { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret });
  const json = async (...words: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await run(...words, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  it.each([
    [['client', 'shew']],
    [['client', 'show']],
    [['client', 'list', '--colour']],
    [['client', 'update', 'app']],
    [['client', 'rotate-secret', 'app', '--overlap', 'soon']],
    [['grant', 'revoke']],
    [['grant', 'revoke', 'an id', '--user', 'alice']],
    [['audit', '--event', 'something.else']],
    [['keys', 'rotate', '--alg', 'HS256']],
    [[]],
  ])('%j is wrong usage: 64', async (words) => {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(/^(error: |Usage: )/);
  });

  it.each([
    [['client', 'show', 'nobody'], 'there is no client nobody'],
    [['user', 'show', 'nobody'], 'there is no user nobody'],
    [['session', 'list', '--user', 'nobody'], 'there is no user nobody'],
    [['group', 'show', 'nobody'], 'there is no group nobody'],
    [['role', 'give', 'none', '--user', 'alice'], 'there is no role none'],
    [['role', 'delete', 'none', '--client', 'app'], 'there is no role none of app'],
    [['explain', 'nothing'], 'nothing is kept under the reference nothing'],
    [['user', 'update', 'alice', '--set', 'age=3', 'email'], 'age is not a member of a user'],
    [['user', 'update', 'alice', '--set', 'email=nowhere'], 'email must be'],
    [
      ['client', 'update', 'app', '--set', 'redirect_uris=http://a.example/'],
      'redirect_uris[0] may use http',
    ],
    [['secret', 'rotate'], 'EYRIE_SECRET_PREVIOUS is not set'],
    [['apply', '/nowhere/eyrie.yaml'], '/nowhere/eyrie.yaml'],
  ])('%j is refused in one line: 1', async (words, message) => {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^eyrie: [^\n]*\n$/);
    expect(stderr).toContain(message);
  });

  it('copies the database into an empty one, and refuses a second time', async () => {
    const target = await createTestDatabase('sqlite');
    const copy = (...words: string[]): Promise<Ended> =>
      program.eyrie(['db', 'copy', 'DATABASE_URL', target.url, ...words], {
        DATABASE_URL: server.databaseUrl,
      });
    const { code, stdout, stderr } = await copy('--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toContainEqual({
      table: 'users',
      rows: 1,
      checksum: expect.stringMatching(/^[\da-f]{32}$/) as string,
    });
    expect(await copy()).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^eyrie: TARGET: the database is not empty: [^\n]*\n$/) as string,
    });
    await target.drop();
  });

  it.each([
    ['nothing', 'SOURCE is nothing, which is not set: set that variable, or use a URL'],
    ['oracle://db', 'SOURCE is not understood: use sqlite:'],
    ['sqlite:/nowhere/eyrie.sqlite', 'SOURCE: there is no file /nowhere/eyrie.sqlite: correct the path'],
  ])('copies no database from %s, and says why', async (source, reason) => {
    const { code, stderr } = await run('db', 'copy', source, 'sqlite:/nowhere/target.sqlite');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(reason) as string });
  });

  it('registers, replaces, shows and deletes a resource', async () => {
    const orders = 'https://orders.example.com';
    await json(
      'resource',
      'put',
      orders,
      '--name',
      'Orders',
      '--scope',
      'orders.read=Read = see your orders',
    );
    expect(await json('resource', 'show', orders)).toMatchObject({
      name: 'Orders',
      scopes: { 'orders.read': 'Read = see your orders' },
    });
    await json(
      'resource',
      'put',
      orders,
      '--name',
      'Orders',
      '--scope',
      'a=A',
      '--scope',
      'b=B',
      '--alg',
      'RS256',
    );
    expect(await json('resource', 'list')).toContainEqual(
      expect.objectContaining({ identifier: orders, scopes: ['a', 'b'] }),
    );
    expect((await run('resource', 'put', orders, '--name', 'Orders', '--scope', 'openid=X')).code).toBe(1);
    expect((await run('resource', 'put', orders, '--name', 'Orders', '--scope', 'nothing')).code).toBe(64);
    expect((await run('resource', 'delete', orders)).stdout).toBe(`${orders} is deleted\n`);
    expect((await run('resource', 'show', orders)).stderr).toContain(`there is no resource ${orders}`);
  });

  it('ends the sessions of a user, one or all', async () => {
    const { username, password } = { ...alice, username: 'sessile' };
    await server.createUser({ username, password });
    await signedInBrowser(server, { username, password });
    const other = await signedInBrowser(server, { username, password });
    const [first] = (await json('session', 'list', '--user', username)) as { id: string }[];
    expect(await json('session', 'end', first?.id ?? '', '--user', username)).toEqual({ ended: 1 });
    expect((await run('session', 'end', first?.id ?? '', '--user', username)).stderr).toContain(
      `${username} has no session`,
    );
    expect((await run('session', 'end', '--user', username)).code).toBe(64);
    expect((await run('session', 'end', '--user', username, '--all')).stdout).toBe('1 session has ended\n');
    expect((await other.open('/account')).url).toMatch(/\/login$/);
  });

  it('tells which migrations are pending, and runs them', async () => {
    const target = await createTestDatabase();
    const migrate = (...words: string[]): Promise<Ended> =>
      program.eyrie(['migrate', ...words], { DATABASE_URL: target.url, EYRIE_SECRET: testSecret });
    const before = await migrate('status', '--json');
    expect(before.code).toBe(2);
    expect(JSON.parse(before.stdout)).toContainEqual({ migration: 'Initial1763700000000', state: 'pending' });
    expect((await migrate('--json')).code).toBe(0);
    const after = await migrate('status');
    expect(after).toMatchObject({ code: 0, stderr: '' });
    expect(after.stdout).not.toContain('pending');
    expect((await migrate('up')).stdout).toBe('nothing to do\n');
    await target.drop();
  });

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('changes the named members of a client and shows all', async () => {
    await json('client', 'update', 'app', '--set', 'client_name=The app', 'require_pkce=true');
    expect(await json('client', 'show', 'app')).toMatchObject({
      ...app,
      client_name: 'The app',
      require_pkce: true,
    });
    expect((await run('client', 'show', 'app')).stdout).toMatch(/^client_name +The app$/m);
    expect((await run('client', 'update', 'app', '--set', 'client_name=null')).code).toBe(1);
  });

  it('creates groups and roles, and gives them to people', async () => {
    await json('group', 'create', 'company');
    await json('group', 'create', 'editors', '--parent', 'company', '--description', 'Who write');
    await json('group', 'add', 'editors', 'alice');
    await json('role', 'create', 'reviewer', '--client', 'app');
    await json('role', 'give', 'reviewer', '--client', 'app', '--group', 'company');

    expect(await json('group', 'list')).toMatchObject([
      { name: 'company', parent: null },
      { name: 'editors', parent: 'company', description: 'Who write' },
    ]);
    expect(await json('group', 'members', 'editors')).toMatchObject([{ username: 'alice' }]);
    expect(await json('role', 'list')).toMatchObject([{ name: 'reviewer', client: 'app' }]);

    await json('role', 'take', 'reviewer', '--client', 'app', '--group', 'company');
    await json('group', 'remove', 'editors', 'alice');
    expect((await run('group', 'delete', 'company')).stderr).toContain('there are groups below this one');
    await json('group', 'update', 'editors', '--top', '--name', 'writers', '--require-second-factor');
    expect(await json('group', 'show', 'writers')).toMatchObject({ require_second_factor: true });
    await json('group', 'update', 'writers', '--no-require-second-factor');
    expect(await json('group', 'show', 'writers')).toMatchObject({ require_second_factor: false });
    await json('group', 'delete', 'company');
    await json('role', 'delete', 'reviewer', '--client', 'app');
    expect(await json('group', 'list')).toMatchObject([{ name: 'writers', parent: null }]);
  });

  it('creates an organization with all of its fields, changes and shows it', async () => {
    const name = 'fielded';
    const created = ['--role', 'admin', 'member', '--default-role', 'member', '--join-by-domain'];
    await run('organization', 'create', name, ...created, '--max-sign-in-age', '600');
    expect(await json('organization', 'show', name)).toMatchObject({
      roles: ['admin', 'member'],
      default_roles: ['member'],
      join_by_domain: true,
      require_second_factor: false,
      max_sign_in_age: 600,
    });
    const changes = ['--no-default-role', '--no-join-by-domain', '--require-second-factor'];
    expect((await run('organization', 'update', name, ...changes, '--no-max-sign-in-age')).stdout).toBe(
      `${name} is updated\n`,
    );
    expect(await json('organization', 'update', name, '--name', 'renamed')).toMatchObject({
      name: 'renamed',
      roles: ['admin', 'member'],
      default_roles: [],
      join_by_domain: false,
      require_second_factor: true,
      upstream: null,
      max_sign_in_age: null,
    });
    expect((await run('organization', 'update', 'renamed', '--require-upstream')).stderr).toContain(
      'needs upstream',
    );
    expect((await run('organization', 'update', 'renamed', '--upstream', 'nowhere')).code).toBe(1);
  });

  it('adds a domain to an organization, verifies and removes it', async () => {
    await run('organization', 'create', 'acme');
    const added = await run('organization', 'domain', 'add', 'acme', 'Acme.example');
    expect(added.stdout).toMatch(/^txt_name +_eyrie-challenge\.acme\.example$/m);
    expect(added.stdout).toMatch(/^txt_value +eyrie-verification=[\w-]{43}$/m);
    expect(
      await json('organization', 'domain', 'verify', 'acme', 'acme.example', '--without-dns'),
    ).toMatchObject({
      domain: 'acme.example',
      verified_by: 'administrator',
      txt_record: null,
    });
    expect(await json('organization', 'domain', 'list', 'acme')).toMatchObject([
      { domain: 'acme.example', verified_by: 'administrator' },
    ]);
    expect((await run('organization', 'domain', 'remove', 'acme', 'acme.example')).stdout).toBe(
      'acme.example is no domain of acme\n',
    );
    expect((await run('organization', 'domain', 'remove', 'acme', 'acme.example')).stderr).toBe(
      'eyrie: the organization acme has no domain acme.example\n',
    );
  });

  it('changes the named members of a user and shows all', async () => {
    const words = [
      'phone_number=+49301234567',
      'administrator=true',
      'address={"country":"DE"}',
      'name=null',
    ];
    await json('user', 'update', 'alice', '--set', ...words);
    expect(await json('user', 'show', 'alice')).toMatchObject({
      username: 'alice',
      phone_number: '+49301234567',
      administrator: true,
      address: { country: 'DE' },
      name: null,
      email: alice.email,
    });
  });

  it('lists the sessions of a user', async () => {
    await browser.open('/account');
    expect(await json('session', 'list', '--user', 'alice')).toContainEqual(
      expect.objectContaining({ amr: ['pwd'], address: '127.0.0.1' }),
    );
  });

  it('lists events with filters, the newest first', async () => {
    await run('client', 'disable', 'app');
    await run('client', 'enable', 'app');
    expect(await json('audit', '--client', 'app', '--limit', '2')).toMatchObject([
      { event: 'client.enabled', actor: 'eyrie:command' },
      { event: 'client.disabled' },
    ]);
    expect(await json('audit', '--event', 'client.disabled')).toHaveLength(1);
    expect(await json('audit', '--user', 'alice', '--event', 'session.opened')).not.toEqual([]);
  });

  it('explains the error whose reference a response has', async () => {
    const refused = await fetch(`${server.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'telepathy', client_id: 'app' }),
    });
    const reference = refused.headers.get('eyrie-reference') ?? '';
    await keptErrors(server);
    const explained = await run('explain', reference, '--json');
    expect(JSON.parse(explained.stdout)).toMatchObject({ reference, endpoint: 'POST /token' });
  });

  it('prints JSON for every change', async () => {
    expect(await json('client', 'disable', 'app')).toEqual({ client_id: 'app', disabled: true });
    expect(await json('user', 'enable', 'alice')).toMatchObject({ username: 'alice', disabled: false });
    expect(await json('grant', 'revoke', '--client', 'app')).toEqual({ revoked: 0 });
    expect(await json('migrate')).toEqual({ ran: [] });
    expect(await json('keys', 'rotate', '--alg', 'ES256')).toMatchObject([{ alg: 'ES256' }]);
    const again = await run('keys', 'rotate', '--alg', 'ES256');
    expect({ code: again.code, stderr: again.stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cached key sets may lack it'),
    });
    expect(await json('keys', 'rotate', '--alg', 'ES256', '--force')).toHaveLength(1);
    expect(await json('client', 'delete', 'app')).toEqual({ client_id: 'app', deleted: true });
  });
});
