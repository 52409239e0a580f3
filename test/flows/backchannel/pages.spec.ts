import { csrfOf, postForm } from '../../support/forms.js';
import {
  ask,
  decide,
  poll,
  reach,
  registerAsker,
  send,
  waiting,
} from '../../support/backchannel-requests.js';
import { AdminCaller } from '../../support/admin-caller.js';
import { signIn, TestBrowser } from '../../support/browser.js';
import { expectRefusal, payloadOf } from '../../support/relying-party.js';
import { codeOf, setUpApp } from '../../support/second-factor.js';
import { alice, useServer } from '../../support/server.js';
import { shows, signedInBrowser } from '../../support/walk.js';

const mfa = 'https://refeds.org/profile/mfa';

describe('the pages on which people decide about backchannel requests', () => {
  const server = useServer({ EYRIE_SECOND_FACTOR: 'on-request' });
  let count = 0;

  /** Somebody for whom nothing waits yet. */
  async function newPerson() {
    const user = { ...alice, username: `person-${++count}`, email: `person-${count}@example.com` };
    await server.createUser(user);
    return user;
  }

  it('I3 the account page lists what waits, for the person who is asked alone', async () => {
    const [user, other] = [await newPerson(), await newPerson()];
    const asker = await registerAsker(server);
    await ask(asker, {
      login_hint: user.username,
      binding_message: '<b>Pay 5 €</b>',
      scope: 'openid profile',
    });
    const { html } = await (await signedInBrowser(server, user)).open('/account');
    expect(html).toContain('Waiting for your decision');
    expect(html).toContain('&lt;b&gt;Pay 5 €&lt;/b&gt;');
    expect(await waiting(await signedInBrowser(server, other), other)).toEqual([]);
  });

  it('I3 whoever opens the link of a request signs in first, and sees nothing of it before', async () => {
    const user = await newPerson();
    const begun = await ask(await registerAsker(server), {
      login_hint: user.username,
      binding_message: 'W4SCT',
    });
    const [link = ''] = await waiting(await signedInBrowser(server, user), user);
    const browser = new TestBrowser(server.issuer);
    const page = await browser.open(link);
    expect(shows.signIn(page)).toBe(true);
    expect(page.html).not.toMatch(new RegExp(`W4SCT|${user.username}|${begun.auth_req_id}`));
    const question = await signIn(browser, page, user);
    expect(question.html).toContain('W4SCT');
  });

  it('I3 somebody else who opens the link cannot decide, nor see what is asked', async () => {
    const [user, other] = [await newPerson(), await newPerson()];
    const asker = await registerAsker(server);
    const begun = await ask(asker, { login_hint: user.username, binding_message: 'W4SCT' });
    const [link = ''] = await waiting(await signedInBrowser(server, user), user);
    const browser = await signedInBrowser(server, other);
    const page = await browser.open(link);
    expect(shows.signIn(page)).toBe(true);
    const refused = await signIn(browser, page, other);
    expect([refused.status, refused.html]).toEqual([
      403,
      expect.stringContaining('This request is for somebody else'),
    ]);
    expect(refused.html).not.toContain('W4SCT');
    expectRefusal(await poll(asker, begun), 400, 'authorization_pending');
  });

  it('I3 the question of one person is answered by no session of another, and in no other browser', async () => {
    const [user, other] = [await newPerson(), await newPerson()];
    const asker = await registerAsker(server);
    const begun = await ask(asker, { login_hint: user.username });
    const browser = await signedInBrowser(server, user);
    const question = await reach(browser, user);
    const elsewhere = await signedInBrowser(server, other);
    const sealed = /name="interaction" value="([^"]+)"/.exec(question.html)?.[1] ?? '';
    expect((await elsewhere.open(`/approval/confirm?interaction=${sealed}`)).status).toBe(403);
    const forged = await postForm(browser, '/approval/confirm', { interaction: sealed, decision: 'allow' });
    expect(forged.status).toBe(403);
    expectRefusal(await poll(asker, begun), 400, 'authorization_pending');
  });

  it('I3 a decision counts once: the same again shows it, another one is refused', async () => {
    const user = await newPerson();
    const asker = await registerAsker(server);
    const begun = await ask(asker, { login_hint: user.username });
    const browser = await signedInBrowser(server, user);
    const question = await reach(browser, user);
    for (let time = 0; time < 2; time++) {
      const done = await browser.submit(question, { decision: 'allow' });
      expect([done.status, done.html]).toEqual([200, expect.stringContaining('You allowed the request')]);
    }
    const late = await browser.submit(question, { decision: 'deny' });
    expect([late.status, late.html]).toEqual([400, expect.stringContaining('This request no longer waits')]);
    expect((await poll(asker, begun)).status).toBe(200);
  });

  it.each(['nothing', '0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00', '', '%00', 'a&request=b'])(
    'I3 a link to what does not wait (%s) leads to a page that says so',
    async (id) => {
      const page = await new TestBrowser(server.issuer).open(`/approval?request=${id}`);
      expect(page.status).toBe(400);
    },
  );

  it('I3 acr_values have the person prove what is missing before they decide, and the tokens say so', async () => {
    const user = await newPerson();
    const app = await setUpApp(server, await signedInBrowser(server, user));
    const browser = await signedInBrowser(server, user);
    const asker = await registerAsker(server);
    const begun = await ask(asker, { login_hint: user.username, acr_values: `gold ${mfa}` });
    const page = await reach(browser, user);
    expect(page.html).toContain('name="code"');
    expect(page.html).not.toContain('id="allow"');
    const question = await browser.submit(page, { code: await codeOf(server, app) });
    await browser.submit(question, { decision: 'allow' });
    const { body } = await poll(asker, begun);
    expect(payloadOf(body.id_token)).toMatchObject({ acr: mfa, amr: ['pwd', 'otp', 'mfa'] });
  });

  it('I3 require_second_factor has one set up before anything is decided', async () => {
    const user = await newPerson();
    const asker = await registerAsker(server, { require_second_factor: true });
    const begun = await ask(asker, { login_hint: user.username });
    const page = await reach(await signedInBrowser(server, user), user);
    expect(page.html).toContain('action="/login/set-up"');
    expectRefusal(await poll(asker, begun), 400, 'authorization_pending');
  });

  it.each([
    ['the default_max_age of the client', { default_max_age: 60 }, {}],
    ['max_age', {}, { max_age: '60' }],
  ])('I3 %s asks for a fresh sign-in where the session is older', async (_which, registration, fields) => {
    const user = await newPerson();
    const browser = await signedInBrowser(server, user);
    const asker = await registerAsker(server, registration);
    const begun = await ask(asker, { login_hint: user.username, ...fields });
    server.clock.advance(90);
    const page = await reach(browser, user);
    expect(shows.signIn(page)).toBe(true);
    const question = await signIn(browser, page, user);
    await browser.submit(question, { decision: 'allow' });
    const { body } = await poll(asker, begun);
    expect(payloadOf(body.id_token)['auth_time']).toBeGreaterThanOrEqual(server.clock.now() - 1);
  });

  it('I3 a session that ended while the page was open decides nothing', async () => {
    const user = await newPerson();
    const asker = await registerAsker(server);
    const begun = await ask(asker, { login_hint: user.username });
    const browser = await signedInBrowser(server, user);
    const question = await reach(browser, user);
    const other = await signedInBrowser(server, user);
    const token = csrfOf(await other.open('/account'));
    await postForm(other, '/account/sessions/revoke-others', { _csrf: token });
    const page = await browser.submit(question, { decision: 'allow' });
    expect(shows.signIn(page)).toBe(true);
    expectRefusal(await poll(asker, begun), 400, 'authorization_pending');
  });

  it('I3 the activity of the person, the audit trail and the timeline of the grant tell what happened', async () => {
    const user = await newPerson();
    const asker = await registerAsker(server);
    const begun = await ask(asker, { login_hint: user.username });
    const browser = await signedInBrowser(server, user);
    await decide(browser, 'allow', {}, user);
    const { body } = await poll(asker, begun);
    const { html } = await browser.open('/account/activity');
    expect(html).toContain('An application asked for your decision: CallCentre');
    expect(html).toContain('You allowed the request of an application: CallCentre');

    const admin = await AdminCaller.register(server);
    const grantId = payloadOf(body.access_token)['grant_id'] as string;
    const timeline = await admin.get(`/grants/${grantId}/timeline`);
    const items = timeline.body['items'] as { event: string }[];
    expect(items.map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        'backchannel_request.issued',
        'grant.created',
        'consent.given',
        'backchannel.allowed',
        'backchannel_request.redeemed',
      ]),
    );
    expect(timeline.text).not.toContain(begun.auth_req_id);
  });

  it('I3 nobody is flooded: five requests wait for a person at most, three of a client, which asks ten times an hour', async () => {
    const user = await newPerson();
    const [asker, other] = [await registerAsker(server), await registerAsker(server)];
    const third = await registerAsker(server);
    const login_hint = user.username;
    const first = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => send(asker, { login_hint })));
    expect(first.filter(({ status }) => status === 200)).toHaveLength(3);
    const second = await Promise.all([1, 2, 3].map(() => send(other, { login_hint })));
    expect(second.filter(({ status }) => status === 200)).toHaveLength(2);
    const refused = await send(third, { login_hint });
    expectRefusal(refused, 429, 'temporarily_unavailable');
    expect(refused.headers.get('retry-after')).toBe('60');
    server.clock.advance(601);
    for (let sent = 0; sent < 3; sent++) expect((await send(asker, { login_hint })).status).toBe(200);
    expectRefusal(await send(asker, { login_hint }), 429, 'temporarily_unavailable');
    expect((await send(other, { login_hint })).status).toBe(200);
  });

  it('I3 a client cannot try out names: after twenty that nobody has it waits', async () => {
    const user = await newPerson();
    const asker = await registerAsker(server);
    for (let sent = 0; sent < 20; sent++)
      expectRefusal(await send(asker, { login_hint: `nobody-${sent}` }), 400, 'unknown_user_id');
    expectRefusal(await send(asker, { login_hint: user.username }), 429, 'temporarily_unavailable');
    // An ID token is no guess.
    expect((await send(asker, { id_token_hint: 'none' })).body.error).not.toBe('temporarily_unavailable');
    server.clock.advance(901);
    expect((await send(asker, { login_hint: user.username })).status).toBe(200);
  });

  it('I3 of names that are tried at once, no more find out', async () => {
    server.clock.advance(901);
    const asker = await registerAsker(server);
    const names = Array.from({ length: 60 }, (_, number) => `nobody-at-once-${number}`);
    const answers = await Promise.all(names.map((login_hint) => send(asker, { login_hint })));
    const told = answers.filter(({ body }) => body.error === 'unknown_user_id');
    expect(told.length).toBeLessThanOrEqual(20);
    for (const { status } of answers.filter((answer) => !told.includes(answer))) expect(status).toBe(429);
  });
});
