import { Database } from '../../src/persistence/database.js';
import { ClientsStore } from '../../src/persistence/stores/clients.store.js';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { Apply } from '../../src/provisioning/apply.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { AdminCaller, expectRefusedField } from '../support/admin-caller.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { ProgramHost } from '../support/program-host.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { alice, startServer, type TestServer, testSecret } from '../support/server.js';

const { password } = alice;

describe('The names of users and clients', () => {
  let server: TestServer;
  let admin: AdminCaller;
  let files: ConfigurationFiles;
  let aliceId: string;
  const commands = new ProgramHost();

  beforeAll(async () => {
    server = await startServer({ EYRIE_SIGN_IN_ATTEMPTS: '3' });
    admin = await AdminCaller.register(server);
    files = await ConfigurationFiles.create();
    aliceId = await server.createUser(alice);
  });
  afterAll(async () => Promise.all([server.stop(), files.remove(), commands.end()]));

  const apply = async (text: string): Promise<unknown> =>
    server.app.get(Apply).apply([await files.write(text)]);
  const command = (...commandLine: string[]): Promise<{ code: number | null; stderr: string }> =>
    commands.eyrie(commandLine, { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret }, password);

  it.each([' alice', 'alice  ', '\talice\u00a0', '\u3000ALICE\ufeff', 'alice\r\n'])(
    'blanks around a username do not matter at sign-in (%j)',
    async (username) => {
      const browser = new TestBrowser(server.issuer);
      await signIn(browser, await browser.open('/login'), { username, password });
      expect((await browser.open('/account')).html).toContain('Your account');
    },
  );

  it('E4 blanks around a username give no further attempts', async () => {
    const answers: number[] = [];
    for (const username of ['mallory', ' mallory', 'mallory ', '  mallory  ']) {
      const browser = new TestBrowser(server.issuer);
      const page = await signIn(browser, await browser.open('/login'), { username, password: 'x' });
      answers.push(page.status);
    }
    expect(answers).toEqual([401, 401, 401, 429]);
  });

  it.each([
    ['a zero-width space', 'al\u200bice'],
    ['a zero-width joiner', 'al\u200dice'],
    ['a soft hyphen', 'al\u00adice'],
    ['a change of direction', '\u202ealice'],
    ['a variation selector', 'alice\ufe0f'],
    ['a Hangul filler', '\u3164'],
    ['a combining grapheme joiner', 'al\u034fice'],
    ['a tag character', 'alice\u{e0041}'],
    ['a line separator', 'al\u2028ice'],
    ['a blank braille pattern', '\u2800'],
  ])('a new username with %s is refused, by the admin API and by a file', async (_which, username) => {
    const answer = await admin.post('/users', { username, password });
    expectRefusedField(answer, 'username');
    await expect(apply(`users: [${JSON.stringify({ username, password })}]`)).rejects.toThrow(
      'users[0].username must not contain invisible characters',
    );
  });

  it('the command line refuses a new username with invisible characters', async () => {
    expect(await command('user', 'create', 'al\u200bice', '--password-stdin')).toMatchObject({
      code: 1,
      stderr: 'eyrie: username must not contain invisible characters\n',
    });
  });

  it.each(['Zoë', 'أحمد', '山田 太郎', 'o’neill', 'first.last+tag@example.com', '🦅'])(
    'a new username with any visible characters is accepted (%s)',
    async (username) => {
      expect((await admin.post('/users', { username, password })).status).toBe(201);
    },
  );

  it('a user whose name has invisible characters already keeps it, in a file and on the command line', async () => {
    const id = await server.createUser({ username: 'old', password });
    const username = 'o\u200bld';
    await server.app
      .get(Database)
      .write((tx) => server.app.get(UsersStore).update(tx, id, { username, usernameKey: username }));

    await apply(`users: [${JSON.stringify({ username, name: 'Old' })}]`);
    expect(await command('user', 'set-password', username)).toMatchObject({ code: 0 });
    expect((await admin.get(`/users/${id}`)).body).toMatchObject({ username, name: 'Old' });
  });

  it.each([(id: string) => id, (id: string) => id.toUpperCase()])(
    'a client_id that is the id of a user is refused, by the admin API, a file and the command line',
    async (spelled) => {
      const client_id = spelled(aliceId);
      const redirect_uris = ['https://app.example.com/callback'];
      const answer = await admin.post('/clients', { client_id, redirect_uris });
      expect(answer.status).toBe(409);
      expect(answer.text).toContain('is the id of a user');
      await expect(
        apply(`clients: [${JSON.stringify({ client_id, redirect_uris, client_secret: 'x'.repeat(43) })}]`),
      ).rejects.toThrow('clients[0].client_id is the id of a user');
      expect(
        await command('client', 'create', '--id', client_id, '--redirect-uri', redirect_uris[0] ?? ''),
      ).toMatchObject({ code: 1, stderr: `eyrie: the client_id ${client_id} is the id of a user\n` });
    },
  );

  it('a user does not get an id that is the client_id of a client', async () => {
    const { app } = server;
    const user = await app.get(UserAccounts).require(aliceId);
    const { clientId } = await server.register({ redirect_uris: ['https://app.example.com/callback'] });

    const inserted = await app
      .get(Database)
      .write((tx) =>
        app
          .get(UsersStore)
          .insert(tx, Object.assign(user, { id: clientId, username: 'x', usernameKey: 'x' })),
      );

    expect(inserted).toBe(false);
    expect(await app.get(UsersStore).find(clientId)).toBeNull();
    expect(await app.get(ClientsStore).find(clientId)).not.toBeNull();
  });
});
