import { randomBytes } from 'node:crypto';
import { useServer } from '../support/server.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { RelyingParty } from '../support/relying-party.js';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';

const password = 'correct horse battery';

describe('The admin API for users', () => {
  const server = useServer({ EYRIE_SIGN_IN_ATTEMPTS: '1000' });
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  async function create(fields: object = {}): Promise<{ id: string; username: string; password: string }> {
    const username = `user-${randomBytes(6).toString('hex')}`;
    const answer = await admin.post('/users', { username, password, ...fields });
    expect(answer.status).toBe(201);
    return { id: answer.body.id as string, username: answer.body.username as string, password };
  }

  /** Whether the sign-in form leads to the account. */
  async function signsIn(user: { username: string; password: string }): Promise<boolean> {
    const browser = new TestBrowser(server.issuer);
    await signIn(browser, await browser.open('/login'), user);
    return (await browser.open('/account')).url.endsWith('/account');
  }

  it('a user who is created can sign in, and is shown without a password or its hash', async () => {
    const profile = {
      name: 'Bob Baker',
      email: 'bob@example.com',
      email_verified: true,
      birthdate: '1990-05-17',
      zoneinfo: 'Europe/Zurich',
      locale: 'de-CH',
      address: { country: 'CH', locality: 'Zürich' },
    };
    const answer = await admin.post('/users', { username: 'bob', password, ...profile });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      username: 'bob',
      administrator: false,
      disabled_at: null,
      ...profile,
    });
    expect(answer.text).not.toMatch(/"password"|hash|argon|username_?key/i);
    expect(await signsIn({ username: 'bob', password })).toBe(true);

    const read = await admin.get(`/users/${answer.body.id as string}`);
    expect(read.body).toEqual(answer.body);
  });

  it('a username is taken however its letters are written', async () => {
    const { username } = await create();
    const answer = await admin.post('/users', { username: username.toUpperCase(), password });
    expect(answer.status).toBe(409);
  });

  it.each([
    ['username', { username: '' }],
    ['username', { username: ' bob' }],
    ['username', { username: 'bo\nb' }],
    ['username', { username: 'x'.repeat(256) }],
    ['username', { username: 'ﷺ'.repeat(100) }],
    ['username', { username: ['bob'] }],
    ['password', { password: 'short' }],
    ['password', { password: 'x'.repeat(1_025) }],
    ['password', { password: null }],
    ['administrator', { administrator: 'yes' }],
    ['administrator', { administrator: null }],
    ['name', { name: 7 }],
    ['name', { name: 'Bob\nAdministrator' }],
    ['nickname', { nickname: '\u2066Bob' }],
    ['email', { email: 'nowhere' }],
    ['email_verified', { email_verified: null }],
    ['picture', { picture: 'javascript:alert(1)' }],
    ['birthdate', { birthdate: '17.5.1990' }],
    ['zoneinfo', { zoneinfo: 'Middle/Earth' }],
    ['locale', { locale: '!' }],
    ['phone_number', { phone_number: '<script>' }],
    ['address', { address: { planet: 'Earth' } }],
    ['address', { address: [] }],
    ['address', { address: 'Zürich' }],
    ['usernameKey', { usernameKey: 'root' }],
  ])('a wrong %s is refused by name', async (field, wrong) => {
    expectRefusedField(await admin.post('/users', { username: 'carol', password, ...wrong }), field);
  });

  it('lists come in pages, oldest first, or hold the one of a name', async () => {
    const users = [await create(), await create(), await create()];
    const listed = (await admin.everyItem('/users', 2)).map(({ id }) => id);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.slice(-3)).toEqual(users.map(({ id }) => id));

    const named = await admin.get(`/users?username=${users[1]!.username}`);
    expect(itemsOf(named).map(({ id }) => id)).toEqual([users[1]!.id]);
    expect(itemsOf(await admin.get('/users?username=nobody'))).toEqual([]);
  });

  it('a change replaces what is given, empties what is null and leaves the rest', async () => {
    const { id } = await create({ name: 'Carol', nickname: 'C', email: 'carol@example.com' });
    const answer = await admin.patch(`/users/${id}`, {
      name: 'Carol Chen',
      nickname: null,
      administrator: true,
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      name: 'Carol Chen',
      nickname: null,
      email: 'carol@example.com',
      administrator: true,
    });
    expectRefusedField(await admin.patch(`/users/${id}`, { password }), 'password');
    expectRefusedField(await admin.patch(`/users/${id}`, { email: 'nowhere' }), 'email');
  });

  it('disabling ends sessions and tokens at once and refuses sign-in, until the user is enabled again', async () => {
    const user = await create();
    const party = await RelyingParty.register(server, { scope: 'openid' });
    const tokens = await party.redeem(await party.authorize({}, user));
    expect((await party.userinfo(tokens.body.access_token)).status).toBe(200);

    const disabled = await admin.post(`/users/${user.id}/disable`);
    expect(disabled.status).toBe(200);
    expect(disabled.body.disabled_at).toEqual(expect.any(Number));
    expect((await party.userinfo(tokens.body.access_token)).status).toBe(401);
    expect((await party.browser.open('/account')).html).toContain('name="password"');
    expect(await signsIn(user)).toBe(false);

    expect((await admin.post(`/users/${user.id}/enable`)).body.disabled_at).toBeNull();
    expect(await signsIn(user)).toBe(true);
  });

  it('a new password replaces the old one and signs the user out', async () => {
    const user = await create();
    const party = await RelyingParty.register(server, { scope: 'openid' });
    await party.authorize({}, user);

    const answer = await admin.put(`/users/${user.id}/password`, { password: 'another good one' });
    expect(answer.status).toBe(204);
    expect((await party.browser.open('/account')).html).toContain('name="password"');
    expect(await signsIn(user)).toBe(false);
    expect(await signsIn({ ...user, password: 'another good one' })).toBe(true);
    expectRefusedField(await admin.put(`/users/${user.id}/password`, { password: 'short' }), 'password');
    expectRefusedField(await admin.put(`/users/${user.id}/password`, {}), 'password');
  });

  it('active sessions are listed without their tokens, and each can be ended', async () => {
    const user = await create();
    const [here, there] = [new TestBrowser(server.issuer), new TestBrowser(server.issuer)];
    for (const browser of [here, there]) await signIn(browser, await browser.open('/login'), user);

    const listed = await admin.get(`/users/${user.id}/sessions`);
    const [first, second] = itemsOf(listed);
    expect(first).toMatchObject({ amr: ['pwd'], authenticated_at: expect.any(Number), address: '127.0.0.1' });
    expect(listed.text).not.toMatch(/hash/i);

    const ending = `/users/${user.id}/sessions/${first!.id as string}`;
    expect((await admin.delete(ending)).status).toBe(204);
    expect((await here.open('/account')).html).toContain('name="password"');
    expect((await there.open('/account')).html).toContain('Your account');
    expect(itemsOf(await admin.get(`/users/${user.id}/sessions`)).map(({ id }) => id)).toEqual([second!.id]);
    expect((await admin.delete(ending)).status).toBe(404);
  });

  it("another user's session is not ended by mistake", async () => {
    const [user, other] = [await create(), await create()];
    const browser = new TestBrowser(server.issuer);
    await signIn(browser, await browser.open('/login'), user);
    const [session] = itemsOf(await admin.get(`/users/${user.id}/sessions`));

    expect((await admin.delete(`/users/${other.id}/sessions/${session!.id as string}`)).status).toBe(404);
    expect((await browser.open('/account')).html).toContain('Your account');
  });

  it('administrators cannot disable or demote themselves', async () => {
    const user = await create({ administrator: true });
    const party = await RelyingParty.register(server, { scope: 'eyrie.admin' });
    const tokens = await party.redeem(await party.authorize({ scope: 'eyrie.admin' }, user));
    const own = admin.withToken(tokens.body.access_token);

    expect((await own.post(`/users/${user.id}/disable`)).status).toBe(409);
    expect((await own.patch(`/users/${user.id}`, { administrator: false })).status).toBe(409);
    expect((await own.patch(`/users/${user.id}`, { name: 'Me' })).status).toBe(200);
  });

  it.each([
    ['GET', '', undefined],
    ['PATCH', '', {}],
    ['POST', '/disable', undefined],
    ['POST', '/enable', undefined],
    ['PUT', '/password', { password }],
    ['GET', '/sessions', undefined],
    ['DELETE', '/sessions/none', undefined],
  ])('%s of a user%s who does not exist is answered with 404', async (method, rest, body) => {
    expect((await admin.call(method, `/users/nobody${rest}`, body)).status).toBe(404);
  });
});
