import { hash } from '@node-rs/argon2';
import { Database } from '../../src/persistence/database.js';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { Apply } from '../../src/provisioning/apply.js';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { ProgramHost } from '../support/program-host.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { hashAsUsual, startServer, type TestServer, testSecret } from '../support/server.js';

const good = 'correct horse battery';
/** "Café à Zürich" with composed letters, and with their marks apart. */
const composed = 'Caf\u00e9 \u00e0 Z\u00fcrich 1900';
const decomposed = composed.normalize('NFD');
const person = {
  username: 'philippa',
  name: 'Philippa Quennell',
  given_name: 'Philippa',
  email: 'p.quennell@marlowe.example',
};

describe('Passwords', () => {
  let server: TestServer;
  let admin: AdminCaller;
  let files: ConfigurationFiles;

  beforeAll(async () => {
    server = await startServer({ EYRIE_SIGN_IN_ATTEMPTS: '1000' });
    admin = await AdminCaller.register(server);
    files = await ConfigurationFiles.create();
    await server.createUser({ ...person, password: good });
  });
  afterAll(async () => Promise.all([server.stop(), files.remove()]));

  const signsIn = async (username: string, password: string): Promise<boolean> => {
    const browser = new TestBrowser(server.issuer);
    await signIn(browser, await browser.open('/login'), { username, password });
    return (await browser.open('/account')).html.includes('Your account');
  };
  const storedHash = async (username: string): Promise<string> => {
    const users = server.app.get(UsersStore);
    const user = await users.findByUsername(username);
    return (await users.passwordHash(user?.id ?? '')) ?? '';
  };
  const store = async (username: string, stored: string): Promise<string> => {
    const id = await server.createUser({ username, password: good });
    await server.app
      .get(Database)
      .write((tx) => tx.query('UPDATE credentials SET hash = ? WHERE user_id = ?', [stored, id]));
    return id;
  };

  it.each([
    ['the most common one', 'password', 'one of the most common'],
    ['a common one in capitals and numerals', 'P@ssw0rd', 'common'],
    ['a common one with a numeral', 'Password123', 'common'],
    ['a common one backwards', 'drowssap', 'common'],
    ['a common one in wide letters', 'ｐａｓｓｗｏｒｄ'.normalize('NFKC'), 'common'],
    ['numerals in order', '1234567890', 'common'],
    ['a row of keys', 'qwertyuiop', 'common'],
    ['one character repeated', 'z'.repeat(1_000), 'repeats'],
    ['the username', person.username, 'name or e-mail address'],
    ['the username with numerals', `${person.username}123`, 'name or e-mail address'],
    ['the full name', person.name, 'name or e-mail address'],
    ['the family name in another case', 'QUENNELL', 'name or e-mail address'],
    ['the e-mail address', person.email, 'name or e-mail address'],
    ['the host of the e-mail address', 'marlowe.', 'name or e-mail address'],
  ])('K6 %s is refused with a reason and advice, and the old one stays', async (_which, password, reason) => {
    const [user] = itemsOf(await admin.get(`/users?username=${person.username}`));

    const answer = await admin.put(`/users/${user?.id as string}/password`, { password });

    expectRefusedField(answer, 'password');
    expect(answer.text).toContain(reason);
    expect(answer.text).toContain('several uncommon words');
    expect(await signsIn(person.username, good)).toBe(true);
  });

  it.each(['long enough', 'battery staple', composed, 'x7#Kp-2m', 'zürcher geschnetzeltes'])(
    'K6 "%s" is accepted',
    async (password) => {
      const username = `user-${password.length}`;
      expect((await admin.post('/users', { username, password })).status).toBe(201);
    },
  );

  it('K6 a new user with a common password is refused by the admin API, by a file and by the command line', async () => {
    const password = 'iloveyou';
    expectRefusedField(await admin.post('/users', { username: 'eve', password }), 'password');

    const file = await files.write(`users: [{ username: eve, password: ${password} }]`);
    await expect(server.app.get(Apply).apply([file])).rejects.toThrow(
      /eyrie\.yaml:1:\d+: users\[0\]\.password is one of the most common passwords: choose/,
    );

    const commands = new ProgramHost();
    const environment = { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret };
    const created = await commands.eyrie(
      ['user', 'create', 'eve', '--password-stdin'],
      environment,
      password,
    );
    const changed = await commands.eyrie(
      ['user', 'set-password', person.username, '--password-stdin'],
      environment,
      'philippa2026',
    );
    await commands.end();
    for (const { code, stderr } of [created, changed]) {
      expect(code).toBe(1);
      expect(stderr).toMatch(/^eyrie: password .*: choose one that is hard to guess/);
    }
    expect(await server.app.get(UsersStore).findByUsername('eve')).toBeNull();
  });

  it('K6 a common password that a user of a file has already stays, another common one is refused', async () => {
    await store('legacy', await hash('trustno1', { memoryCost: 64, timeCost: 1 }));
    const file = (value: string): Promise<string> =>
      files.write(`users: [{ username: legacy, password: { value: ${value}, enforce: true } }]`);

    await expect(server.app.get(Apply).apply([await file('trustno1')])).resolves.toMatchObject([
      { outcome: 'unchanged' },
    ]);
    expect(await signsIn('legacy', 'trustno1')).toBe(true);
    await expect(server.app.get(Apply).check([await file('football')])).rejects.toThrow('common');
  });

  it('K6 a password typed composed, decomposed or with another kind of space is the same', async () => {
    await admin.post('/users', { username: 'zoe', password: decomposed });
    for (const typed of [composed, decomposed, composed.replaceAll(' ', '\u00a0')])
      expect(await signsIn('zoe', typed)).toBe(true);
    expect(await signsIn('zoe', composed.replace('\u00e9', 'e'))).toBe(false);
  });

  it('K6 the length counts characters, however they are written', async () => {
    const longest =
      'hard to guess by anybody else '.repeat(10) + '🦅'.repeat(24) + '\u00e9'.normalize('NFD').repeat(500);
    const password = longest + 'x'.repeat(1_024 - Array.from(longest.normalize('NFC')).length);
    expect((await admin.post('/users', { username: 'max', password })).status).toBe(201);
    expect(await signsIn('max', password)).toBe(true);
    expectRefusedField(
      await admin.post('/users', { username: 'more', password: `${password}x` }),
      'password',
    );
    expectRefusedField(
      await admin.post('/users', { username: 'less', password: 'e\u0301'.repeat(7) }),
      'password',
    );
  });

  it.each([
    ['of the letters as they were typed', decomposed, decomposed, {}],
    ['of decomposed letters, typed composed', decomposed, composed, {}],
    ['with less memory', good, good, { memoryCost: 8_192 }],
    ['with fewer passes', good, good, { timeCost: 1 }],
  ])('K6 an older hash %s passes, and is made again', async (which, hashed, typed, cost) => {
    hashAsUsual(server);
    const username = `old-${which.length}`;
    const old = await hash(hashed, { memoryCost: 19_456, timeCost: 2, parallelism: 1, ...cost });
    const id = await store(username, old);
    const version = async (): Promise<unknown> =>
      (await server.app.get(UsersStore).find(id))?.credentialsVersion;
    const before = await version();

    expect(await signsIn(username, `${typed}!`)).toBe(false);
    expect(await storedHash(username)).toBe(old);
    expect(await signsIn(username, typed)).toBe(true);

    const renewed = await storedHash(username);
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(renewed).not.toBe(old);
    expect(await version()).toBe(before);
    expect(await signsIn(username, typed)).toBe(true);
    expect(await storedHash(username)).toBe(renewed);
  });

  it('K6 a hash that costs more than ours stays', async () => {
    hashAsUsual(server);
    const dear = await hash(good, { memoryCost: 32_768, timeCost: 3, parallelism: 1 });
    await store('dear', dear);

    expect(await signsIn('dear', good)).toBe(true);
    expect(await storedHash('dear')).toBe(dear);
  });
});
