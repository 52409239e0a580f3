import { randomBytes } from 'node:crypto';
import { User } from '../../src/persistence/entities/user.entity.js';
import { VerifiedAddresses1763812000000 } from '../../src/persistence/migrations/1763812000000-verified-addresses.js';
import { Apply } from '../../src/provisioning/apply.js';
import { type Contacts, changedContacts } from '../../src/users/verified-contacts.js';
import { AdminCaller } from '../support/admin-caller.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { openDatabase } from '../support/opened.js';
import { alice, startServer, type TestServer } from '../support/server.js';

const { password } = alice;
const verified: Contacts = {
  email: 'a@example.com',
  emailVerified: true,
  phoneNumber: '+41446681800',
  phoneNumberVerified: true,
};

describe('What was verified of a user', () => {
  it.each<[string, Partial<Contacts>, Partial<Contacts>]>([
    ['another address is not verified', { email: 'b@example.com' }, { emailVerified: false }],
    ['the same address stays verified', { email: 'a@example.com' }, { emailVerified: true }],
    ['the same address in another case is another one', { email: 'A@example.com' }, { emailVerified: false }],
    ['no address is not verified', { email: null, emailVerified: true }, { emailVerified: false }],
    [
      'another address is verified if the same change says so',
      { email: 'b@example.com', emailVerified: true },
      { emailVerified: true },
    ],
    ['another phone number is not verified', { phoneNumber: '+1555' }, { phoneNumberVerified: false }],
    ['no phone number is not verified', { phoneNumber: null }, { phoneNumberVerified: false }],
    [
      'another phone number is verified if the same change says so',
      { phoneNumber: '+1555', phoneNumberVerified: true },
      { phoneNumberVerified: true },
    ],
  ])('%s, and the other contact stays', (_which, changes, expected) => {
    expect(changedContacts(verified, changes)).toMatchObject({ ...verified, ...changes, ...expected });
  });
});

describe('The verified contacts of users', () => {
  let server: TestServer;
  let admin: AdminCaller;
  let files: ConfigurationFiles;

  beforeAll(async () => {
    server = await startServer();
    admin = await AdminCaller.register(server);
    files = await ConfigurationFiles.create();
  });
  afterAll(async () => Promise.all([server.stop(), files.remove()]));

  const newName = (): string => `user-${randomBytes(6).toString('hex')}`;
  const create = async (fields: object): Promise<string> => {
    const answer = await admin.post('/users', { username: newName(), password, ...fields });
    expect(answer.status).toBe(201);
    return answer.body.id as string;
  };
  const apply = async (users: object[]): Promise<unknown> =>
    server.app.get(Apply).apply([await files.write(JSON.stringify({ users }))]);
  const newAddress = (): string => `${newName()}@example.com`;

  it('a changed address or number is no longer verified, unless the same request says so', async () => {
    const email = newAddress();
    const id = await create({
      email,
      email_verified: true,
      phone_number: '+41446681800',
      phone_number_verified: true,
    });
    const patch = async (changes: object): Promise<object> =>
      (await admin.patch(`/users/${id}`, changes)).body;

    expect(await patch({ name: 'Carol', email })).toMatchObject({
      email_verified: true,
      phone_number_verified: true,
    });
    expect(await patch({ email: newAddress() })).toMatchObject({
      email_verified: false,
      phone_number_verified: true,
    });
    expect(await patch({ phone_number: '+41446681801' })).toMatchObject({ phone_number_verified: false });
    expect(await patch({ email: newAddress(), email_verified: true })).toMatchObject({
      email_verified: true,
    });
    expect(await patch({ email: null })).toMatchObject({ email: null, email_verified: false });
  });

  it('a file that changes an address leaves it unverified, and is idempotent', async () => {
    const username = newName();
    const first = { username, password, email: newAddress(), email_verified: true };
    await apply([first]);
    const changed = { username, email: newAddress() };

    await expect(apply([changed])).resolves.toMatchObject([{ outcome: 'updated' }]);
    await expect(apply([changed])).resolves.toMatchObject([{ outcome: 'unchanged' }]);
    const [user] = (await admin.get(`/users?username=${username}`)).body.items as object[];
    expect(user).toMatchObject({ email: changed.email, email_verified: false });
  });

  it('a verified address of another user is refused in any case, at creation and at a change', async () => {
    const email = newAddress();
    const first = await create({ email, email_verified: true });
    const second = await create({ email: email.toUpperCase() });

    const created = await admin.post('/users', {
      username: newName(),
      password,
      email: email.toUpperCase(),
      email_verified: true,
    });
    const changed = await admin.patch(`/users/${second}`, { email_verified: true });

    for (const { status, body } of [created, changed])
      expect({ status, body }).toMatchObject({
        status: 409,
        body: { message: 'another user has this verified e-mail address' },
      });
    expect((await admin.get(`/users/${second}`)).body).toMatchObject({ email_verified: false });
    await admin.patch(`/users/${first}`, { email_verified: false });
    expect((await admin.patch(`/users/${second}`, { email_verified: true })).status).toBe(200);
  });

  it('of users who get one verified address at the same time, one gets it', async () => {
    const email = newAddress();
    const ids = await Promise.all(Array.from({ length: 6 }, () => create({ email })));

    const answers = await Promise.all(ids.map((id) => admin.patch(`/users/${id}`, { email_verified: true })));
    const created = await Promise.all(
      ids.map(() => admin.post('/users', { username: newName(), password, email, email_verified: true })),
    );

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200, 409, 409, 409, 409, 409,
    ]);
    expect(created.map(({ status }) => status)).toEqual([409, 409, 409, 409, 409, 409]);
  });

  it('a file that gives one verified address to two users is refused before anything is written', async () => {
    const [taken, free] = [newAddress(), newAddress()];
    await create({ email: taken, email_verified: true });
    const user = (email: string): object => ({
      username: newName(),
      password,
      email,
      email_verified: true,
    });
    const last = newName();

    await expect(
      apply([user(taken), user(free), user(free.toUpperCase()), { username: last, password }]),
    ).rejects.toMatchObject({
      problems: [
        expect.stringContaining('users[0].email is the verified address of another user'),
        expect.stringContaining('users[2].email is the verified address of another user'),
      ],
    });
    expect((await admin.get(`/users?username=${last}`)).body.items).toEqual([]);
  });

  it('a file may pass a verified address on', async () => {
    const email = newAddress();
    const [from, to] = [newName(), newName()];
    await apply([{ username: from, password, email, email_verified: true }]);

    await expect(
      apply([
        { username: from, email: newAddress() },
        { username: to, password, email, email_verified: true },
      ]),
    ).resolves.toMatchObject([{ outcome: 'updated' }, { outcome: 'created' }]);
  });
});

describe('The migration to verified addresses of one user', () => {
  it('leaves an address verified for the first user who has it, and can run again', async () => {
    const { writer, close } = await openDatabase();
    const runner = writer.createQueryRunner();
    const migration = new VerifiedAddresses1763812000000();
    const emails = ['a@example.com', 'A@Example.com', 'b@example.com', null];
    for (const [index, email] of emails.entries())
      await writer.getRepository(User).insert({
        id: `${index}`,
        username: `${index}`,
        usernameKey: `${index}`,
        administrator: false,
        email,
        emailVerified: true,
        phoneNumberVerified: false,
        createdAt: 1,
        updatedAt: 1,
      });

    await migration.down(runner);
    await migration.up(runner);
    await migration.up(runner);

    const users = await writer.getRepository(User).find({ order: { id: 'ASC' } });
    expect(users.map(({ emailVerified }) => emailVerified)).toEqual([true, false, true, true]);
    expect(users.map(({ verifiedEmailKey }) => verifiedEmailKey)).toEqual([
      'a@example.com',
      null,
      'b@example.com',
      null,
    ]);
    await runner.release();
    await close();
  });
});
