import { csrfOf, postForm } from '../../support/forms.js';
import { signIn, TestBrowser } from '../../support/browser.js';
import { alice, useServer } from '../../support/server.js';
import { expectRefusal } from '../../support/relying-party.js';
import { begin, enter, poll, reach, registerDevice } from '../../support/device.js';

describe('the pages of the device flow', () => {
  const server = useServer({}, { users: [alice] });

  it('I1 a user who is signed in is asked at once, and again for the next device of the same client', async () => {
    const device = await registerDevice(server);
    const browser = new TestBrowser(server.issuer);
    for (const asked of [await begin(device, 'contacts.read'), await begin(device, 'contacts.read')]) {
      const question = await reach(browser, asked);
      expect(question.html).toContain('id="allow"');
      await browser.submit(question, { decision: 'allow' });
      expect((await poll(device, asked)).status).toBe(200);
    }
  });

  it('I1 a decision about a device counts once, and a used code is refused', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    const question = await reach(browser, codes);
    await browser.submit(question, { decision: 'allow' });
    const again = await browser.submit(question, { decision: 'allow' });
    expect(again.status).toBe(200);
    expect(again.html).toContain('Your device is connected');
    expect((await browser.submit(question, { decision: 'deny' })).status).toBe(400);
    server.clock.advance(10);
    expect((await browser.submit(question, { decision: 'allow' })).status).toBe(400);
    expect((await enter(browser, codes.user_code)).status).toBe(400);
    expect((await poll(device, codes)).status).toBe(200);
  });

  it('I1 the question about a device is shown only to the browser where the code was entered, and answered only by the user who was asked', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    const question = await reach(browser, codes);
    const [sealed = ''] = /interaction=[\w.-]+/.exec(question.url) ?? [];
    const another = new TestBrowser(server.issuer);
    expect((await another.open(`/device/confirm?${sealed}`)).status).toBe(403);

    const dave = { ...alice, username: 'dave' };
    await server.createUser(dave);
    await postForm(browser, '/account/sign-out', {
      _csrf: csrfOf(await browser.open('/account')),
      all: 'on',
    });
    await signIn(browser, await browser.open('/login'), dave);
    const asked = await browser.submit(question, { decision: 'allow' });
    expect(asked.html).toContain('id="allow"');
    expectRefusal(await poll(device, codes), 400, 'authorization_pending');
  });

  it('I1 forged forms are refused, and decide nothing about the device', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    const question = await reach(browser, codes);
    const forged = await browser.post(question, { decision: 'allow', _csrf: 'forged' });
    expect(forged.status).toBe(403);
    const foreign = await browser.post(question, { decision: 'allow' }, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    const unasked = await browser.post(await browser.open('/device'), {
      user_code: codes.user_code,
      _csrf: 'forged',
    });
    expect(unasked.status).toBe(403);
    expectRefusal(await poll(device, codes), 400, 'authorization_pending');
  });

  it('I1 a scope that only administrators can give is not given by another user', async () => {
    const device = await registerDevice(server, { scope: 'eyrie.admin' });
    const codes = await begin(device, 'eyrie.admin');
    const page = await reach(new TestBrowser(server.issuer), codes);
    expect(page.status).toBe(403);
    expectRefusal(await poll(device, codes), 400, 'authorization_pending');
  });

  it('I1 guesses at user codes from one address are throttled with 429 and Retry-After, right ones then too, until the window is over', async () => {
    const device = await registerDevice(server);
    const browser = new TestBrowser(server.issuer);
    server.clock.advance(3_600);
    for (let guess = 0; guess < 20; guess++) {
      const wrong = await enter(browser, 'BBBB-BBBB');
      expect(wrong.status).toBe(400);
      expect(wrong.html).toContain('role="alert"');
    }
    const codes = await begin(device, 'contacts.read');
    const throttled = await enter(browser, codes.user_code);
    expect(throttled.status).toBe(429);
    const wait = Number(throttled.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(800);
    expect(wait).toBeLessThanOrEqual(900);
    server.clock.advance(wait);
    const later = await begin(device, 'contacts.read');
    expect((await enter(browser, later.user_code)).status).toBe(200);
  });

  it.each(['', 'short', 'AEIO-UAEI', 'BBBB-BBBB-B', '<script>alert(1)</script>', '%00', 'ß'.repeat(1_000)])(
    'I1 the device page refuses %j as a code, and shows it escaped',
    async (typed) => {
      server.clock.advance(3_600);
      const page = await enter(new TestBrowser(server.issuer), typed);
      expect(page.status).toBe(400);
      expect(page.html).not.toContain('<script>');
    },
  );
});
