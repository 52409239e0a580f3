import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { ProgramHost } from '../support/program-host.js';
import { expectRefusal, RelyingParty } from '../support/relying-party.js';
import { alice, testSecret, useServer } from '../support/server.js';

const { password } = alice;

describe('A user', () => {
  const server = useServer({ EYRIE_SIGN_IN_WITH_EMAIL: 'on', EYRIE_SIGN_IN_ATTEMPTS: '5' });
  let admin: AdminCaller;
  let count = 0;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  async function newUser(fields: object = {}): Promise<{ id: string; username: string; password: string }> {
    const username = `somebody-${++count}`;
    const answer = await admin.post('/users', { username, password, ...fields });
    expect(answer.status).toBe(201);
    return { id: answer.body.id as string, username, password };
  }

  async function signsIn(user: { username: string; password: string }): Promise<boolean> {
    const browser = new TestBrowser(server.issuer);
    return (await signIn(browser, await browser.open('/login'), user)).url.endsWith('/account');
  }

  describe('who is deleted', () => {
    it('is gone, with sessions, grants, tokens, codes and what was allowed', async () => {
      const user = await newUser({ name: 'Somebody', email: 'somebody@example.com' });
      const party = await RelyingParty.register(server);
      const { access_token, refresh_token } = (await party.redeem(await party.authorize({}, user))).body;
      const code = await party.authorize({}, user);
      expect((await admin.delete(`/users/${user.id}`)).status).toBe(204);

      expect((await party.userinfo(access_token)).status).toBe(401);
      expect((await party.introspect(access_token)).body).toEqual({ active: false });
      expectRefusal(await party.refresh(refresh_token), 400, 'invalid_grant');
      expectRefusal(await party.redeem(code), 400, 'invalid_grant');
      expect((await party.browser.open('/account')).html).toContain('name="password"');
      expect(await signsIn(user)).toBe(false);
      expect((await admin.get(`/users/${user.id}`)).status).toBe(404);
      expect((await admin.delete(`/users/${user.id}`)).status).toBe(404);
      expect(itemsOf(await admin.get(`/grants?user_id=${user.id}`))).toEqual([]);
      expect((await admin.post('/users', { username: user.username, password })).body.id).not.toBe(user.id);
    });

    it('stays in the audit trail under the id, without the values of the profile', async () => {
      const { id } = await newUser({ name: 'Rosamunde', administrator: true });
      await newUser({ administrator: true });
      await admin.patch(`/users/${id}`, { name: 'Rosalinde', nickname: 'Rosi' });
      await admin.delete(`/users/${id}`);

      const events = itemsOf(await admin.get(`/audit-events?user_id=${id}`));
      expect(events.map(({ event }) => String(event)).toSorted()).toEqual([
        'user.administrator_granted',
        'user.administrator_revoked',
        'user.created',
        'user.deleted',
        'user.updated',
      ]);
      expect(JSON.stringify(events)).not.toMatch(/Rosa|Rosi/);
      expect(events.find(({ event }) => event === 'user.updated')?.detail).toEqual({
        changes: { name: {}, nickname: {} },
      });
    });

    it('is not the last administrator, and nobody deletes themselves', async () => {
      const user = await newUser({ administrator: true });
      const party = await RelyingParty.register(server, { scope: 'eyrie.admin' });
      const { access_token } = (await party.redeem(await party.authorize({ scope: 'eyrie.admin' }, user)))
        .body;
      const own = admin.withToken(access_token);
      expect((await own.delete(`/users/${user.id}`)).status).toBe(409);

      const users = await admin.everyItem('/users', 50);
      const others = users.filter(({ id, administrator }) => administrator && id !== user.id);
      for (const { id } of others) expect((await own.delete(`/users/${id as string}`)).status).toBe(204);
      expect((await admin.delete(`/users/${user.id}`)).status).toBe(409);
      await newUser({ administrator: true });
      expect((await admin.delete(`/users/${user.id}`)).status).toBe(204);
    });
  });

  describe('who is renamed', () => {
    it('signs in with the new name alone; sessions and grants stay', async () => {
      const user = await newUser();
      const party = await RelyingParty.register(server);
      const { access_token } = (await party.redeem(await party.authorize({}, user))).body;
      const username = `renamed-${++count}`;
      const answer = await admin.patch(`/users/${user.id}`, { username });
      expect(answer.body).toMatchObject({ username });
      expect(await signsIn({ ...user, username })).toBe(true);
      expect(await signsIn(user)).toBe(false);
      const { body } = await party.userinfo(access_token);
      expect(body).toMatchObject({ sub: user.id, preferred_username: username });
      expect((await party.browser.open('/account')).html).toContain(username);
    });

    it('does not get the name of somebody else, in any case, nor one that cannot be seen', async () => {
      const [user, other] = [await newUser(), await newUser()];
      const taken = await admin.patch(`/users/${user.id}`, { username: other.username.toUpperCase() });
      expect(taken.status).toBe(409);
      expect(taken.body.message).toContain('is taken');
      expectRefusedField(await admin.patch(`/users/${user.id}`, { username: 'in\u200Bvisible' }), 'username');
      expectRefusedField(await admin.patch(`/users/${user.id}`, { username: null }), 'username');
      // One's own name in another case is no other name.
      const own = await admin.patch(`/users/${user.id}`, { username: user.username.toUpperCase() });
      expect(own.body).toMatchObject({ username: user.username.toUpperCase() });
    });
  });

  it('is found by a part of the name, username or e-mail address, in any case and with any signs', async () => {
    const found = async (search: string): Promise<unknown[]> =>
      (await admin.everyItem(`/users?${new URLSearchParams({ search }).toString()}`, 2)).map(({ id }) => id);
    const { id } = await newUser({ name: 'Ödön 100%_Szabó!', email: 'Odon.Szabo@Example.org' });
    for (const part of ['ödön', 'ÖDÖN', '100%', '%_sz', 'ó!', 'szabo@example', 'SOMEBODY-' + count])
      expect({ part, ids: await found(part) }).toEqual({ part, ids: [id] });
    for (const part of ['odon 100', 'nobody at all', '%%', '_z', '!!']) expect(await found(part)).toEqual([]);
    expect(await found('somebody-')).toHaveLength((await found('SOMEBODY-')).length);
  });

  it('may sign in with a verified e-mail address, and shares one count of failures with the username', async () => {
    const email = `Verified-${++count}@Example.com`;
    const user = await newUser({ email, email_verified: true });
    expect(await signsIn({ username: email.toUpperCase(), password })).toBe(true);
    expect(await signsIn({ username: ` ${email} `, password })).toBe(true);
    const unverified = await newUser({ email: 'unverified@example.com' });
    expect(await signsIn({ username: 'unverified@example.com', password })).toBe(false);
    expect(await signsIn(unverified)).toBe(true);
    expect((await new TestBrowser(server.issuer).open('/login')).html).toContain(
      'Username or e-mail address',
    );

    const guesser = new TestBrowser(server.issuer);
    const form = await guesser.open('/login');
    for (let guess = 0; guess < 6; guess++)
      await guesser.post(form, { username: guess % 2 ? email : user.username, password: `guess ${guess}` });
    expect((await guesser.post(form, { username: email, password })).status).toBe(429);
    expect((await guesser.post(form, { username: user.username, password })).status).toBe(429);
  });

  it('with a username that is the address of somebody else signs in as nobody else', async () => {
    const email = `owner-${++count}@example.com`;
    const squatter = await admin.post('/users', { username: email, password: 'the password of a squatter' });
    await newUser({ email, email_verified: true });
    const late = { username: email.toUpperCase(), password: 'the password of a squatter' };
    expect((await admin.post('/users', late)).status).toBe(409);
    const browser = new TestBrowser(server.issuer);
    await signIn(browser, await browser.open('/login'), {
      username: email,
      password: 'the password of a squatter',
    });
    expect(itemsOf(await admin.get(`/users/${squatter.body.id as string}/sessions`))).toHaveLength(1);
  });

  it('is renamed, found and deleted on the command line', async () => {
    const commands = new ProgramHost();
    const run = (...words: string[]) =>
      commands.eyrie(['user', ...words], { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret });
    const { id, username } = await newUser();
    expect((await run('rename', username, 'by-command')).stdout).toBe(`${username} is by-command now\n`);
    expect((await run('list', '--search', 'BY-comm')).stdout).toContain(id);
    expect((await run('delete', 'by-command')).stdout).toBe('by-command is deleted\n');
    expect((await admin.get(`/users/${id}`)).status).toBe(404);
    await commands.end();
  });
});
