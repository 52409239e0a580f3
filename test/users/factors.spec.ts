import { randomUUID } from 'node:crypto';
import { generate } from 'otplib';
import { UserFactorsStore } from '../../src/persistence/stores/user-factors.store.js';
import { AdminCaller } from '../support/admin-caller.js';
import { TestBrowser } from '../support/browser.js';
import { csrfOf, postForm } from '../support/forms.js';
import { ProgramHost } from '../support/program-host.js';
import { codeOf, secretOn, setUpApp, toSecondFactor } from '../support/second-factor.js';
import { testSecret, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

describe('K3 The factors of a user', () => {
  const server = useServer();
  let admin: AdminCaller;
  let count = 0;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  async function withApp() {
    const user = { username: `user-${++count}`, password: 'correct horse battery' };
    const id = await server.createUser(user);
    const browser = await signedInBrowser(server, user);
    return { ...user, id, browser, app: await setUpApp(server, browser) };
  }

  it('are shown to administrators without secrets', async () => {
    const user = await withApp();
    const { status, body, text } = await admin.get(`/users/${user.id}/factors`);
    expect(status).toBe(200);
    expect(body).toEqual({
      password: true,
      authenticator: { created_at: expect.any(Number), last_used_at: expect.any(Number) },
      passkeys: [],
      recovery_codes: 10,
    });
    for (const secret of [user.app.secret, ...user.app.recoveryCodes]) expect(text).not.toContain(secret);
  });

  it('are removed by an administrator, which ends all sessions; the password alone then signs in', async () => {
    const user = await withApp();
    expect((await admin.delete(`/users/${user.id}/factors`)).status).toBe(204);
    expect(shows.signIn(await user.browser.open('/account'))).toBe(true);
    const { body } = await admin.get(`/users/${user.id}/factors`);
    expect(body).toMatchObject({ authenticator: null, recovery_codes: 0 });
    await signedInBrowser(server, user);
    const trail = await admin.get(`/audit-events?event=factor.removed&user_id=${user.id}`);
    expect(trail.body.items).toMatchObject([{ detail: { factor: 'all' } }]);
  });

  it('of nobody are a 404', async () => {
    const none = randomUUID();
    expect((await admin.get(`/users/${none}/factors`)).status).toBe(404);
    expect((await admin.delete(`/users/${none}/factors`)).status).toBe(404);
  });

  it('are removed on the command line', async () => {
    const user = await withApp();
    const host = new ProgramHost();
    const { code, stdout } = await host.eyrie(['user', 'reset-factors', user.username], {
      DATABASE_URL: server.databaseUrl,
      EYRIE_SECRET: testSecret,
    });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining(user.username) });
    expect(await server.app.get(UserFactorsStore).of(user.id)).toMatchObject({ authenticators: 0 });
    await host.end();
  });

  it('are changed only by who has just proven to be the user, with all that they have', async () => {
    const user = await withApp();
    const browser = new TestBrowser(server.issuer);
    await browser.submit(await toSecondFactor(browser, user), { code: await codeOf(server, user.app) });
    const security = await browser.open('/account/security');
    expect(security.html).toContain('id="remove-authenticator"');

    server.clock.advance(601);
    const form = security.html.slice(security.html.indexOf('action="/account/security/remove'));
    const removal = { ...security, html: `<form method="post" ${form}` };
    const late = await browser.submit(removal, { _csrf: csrfOf(security) });
    expect(shows.signIn(late)).toBe(true);
    expect(late.html).toContain(`value="${user.username}"`);
    expect((await admin.get(`/users/${user.id}/factors`)).body.authenticator).not.toBeNull();

    // The proof leads back to the page.
    const asked = await toSecondFactor(browser, user, late);
    const back = await browser.submit(asked, { code: await codeOf(server, user.app) });
    expect(back.url).toMatch(/\/account\/security$/);
  });

  it('are no recovery codes alone: nobody gets these without another factor, or is asked for them', async () => {
    const user = { username: `user-${++count}`, password: 'correct horse battery' };
    const id = await server.createUser(user);
    const browser = await signedInBrowser(server, user);
    const security = await browser.open('/account/security');
    const answer = await postForm(
      browser,
      '/account/security/recovery-codes',
      { _csrf: csrfOf(security) },
      { origin: server.issuer },
    );
    expect({ status: answer.status, codes: answer.html.includes('id="codes"') }).toEqual({
      status: 303,
      codes: false,
    });
    expect(await server.app.get(UserFactorsStore).of(id)).toMatchObject({ recoveryCodes: 0 });
    await signedInBrowser(server, user);
  });

  it('that are set up in two windows at once are one', async () => {
    const user = { username: `user-${++count}`, password: 'correct horse battery' };
    const id = await server.createUser(user);
    const browser = await signedInBrowser(server, user);
    const pages = [];
    for (let window = 0; window < 2; window++)
      pages.push(await browser.submit(await browser.open('/account/security'), { factor: 'one-time-code' }));
    const [first, second] = pages.map((page) => secretOn(page));
    const codes = [
      await codeOf(server, { secret: first ?? '' }),
      await generate({ secret: second ?? '', epoch: server.clock.now() }),
    ];
    const answers = await Promise.all(
      pages.map((page, index) => browser.submit(page, { code: codes[index] ?? '' })),
    );
    expect(answers.filter(({ html }) => html.includes('id="codes"'))).toHaveLength(1);
    expect(await server.app.get(UserFactorsStore).of(id)).toMatchObject({
      authenticators: 1,
      recoveryCodes: 10,
    });
  });
});
