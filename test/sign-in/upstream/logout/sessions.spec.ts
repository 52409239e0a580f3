import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Database } from '../../../../src/persistence/database.js';
import { Sweeper } from '../../../../src/persistence/sweeper.js';
import { UpstreamRegistration } from '../../../../src/sign-in/upstream/upstream-registration.js';
import { goTo, registerUpstream } from '../../../support/upstream.js';
import { IdentityProvider } from '../../../support/identity-provider.js';
import { isSignedIn } from '../../../support/logout.js';
import { deliver, verified } from '../../../support/logout-deliveries.js';
import { LogoutReceiver } from '../../../support/logout-receiver.js';
import { logoutClaims, sendLogoutToken } from '../../../support/logout-tokens.js';
import { payloadOf, RelyingParty } from '../../../support/relying-party.js';
import { type App, codeOf, setUpApp } from '../../../support/second-factor.js';
import { signIn, TestBrowser } from '../../../support/browser.js';
import { alice, useServer } from '../../../support/server.js';

const provider = await IdentityProvider.start();
const receiver = await LogoutReceiver.start();
afterAll(async () => {
  await provider.stop();
  await receiver.stop();
});

describe('L1 back-channel logout from an upstream', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' }, { users: [alice] });
  beforeAll(async () => {
    await registerUpstream(server, provider);
    await registerUpstream(server, provider, { alias: 'twin', name: 'Twin', client_id: 'twin' });
  });
  beforeEach(() => void receiver.take());

  const signedIn = async (claims: Record<string, unknown>, alias = 'acme'): Promise<TestBrowser> => {
    const browser = new TestBrowser(server.issuer);
    const url = await goTo(browser, await browser.open('/login'), alias);
    await browser.open(provider.authorize(url, { claims }));
    expect(await isSignedIn(browser)).toBe(true);
    return browser;
  };
  const logout = async (claims: Record<string, unknown>, alias = 'acme'): Promise<Response> =>
    sendLogoutToken(
      server,
      await provider.sign(logoutClaims(server, provider, claims), { typ: 'logout+jwt' }),
      alias,
    );
  const expectAccepted = async (answer: Response): Promise<void> => {
    expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 200, body: '' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  };

  it('L1 a logout token with a sid ends the session that came from it, and no other', async () => {
    const first = await signedIn({ sub: 'ada', sid: 'ada-1' });
    const second = await signedIn({ sub: 'ada', sid: 'ada-2' });
    const other = await signedIn({ sub: 'bea', sid: 'bea-1' });
    await expectAccepted(await logout({ sid: 'ada-1' }));

    expect(await Promise.all([first, second, other].map(isSignedIn))).toEqual([false, true, true]);
  });

  it('L1 a logout token with a sub alone ends all sessions of this person that came from this upstream', async () => {
    const first = await signedIn({ sub: 'cleo', sid: 'cleo-1' });
    const second = await signedIn({ sub: 'cleo' });
    const other = await signedIn({ sub: 'dora' });
    const twin = await signedIn({ sub: 'cleo', aud: 'twin' }, 'twin');
    await expectAccepted(await logout({ sub: 'cleo' }));

    expect(await Promise.all([first, second, other, twin].map(isSignedIn))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('L1 a sid of somebody else ends nothing, and one that is not known here is no error', async () => {
    const browser = await signedIn({ sub: 'emmy', sid: 'emmy-1' });
    await expectAccepted(await logout({ sub: 'not emmy', sid: 'emmy-1' }));
    await expectAccepted(await logout({ sid: 'not known' }));

    expect(await isSignedIn(browser)).toBe(true);
  });

  it('L1 a session of which the upstream named no sid ends with any session of the person there', async () => {
    const browser = await signedIn({ sub: 'fay' });
    await expectAccepted(await logout({ sub: 'fay', sid: 'fay-1' }));

    expect(await isSignedIn(browser)).toBe(false);
  });

  it('L1 a session that was signed in to here stays', async () => {
    const browser = new TestBrowser(server.issuer);
    await signIn(browser, await browser.open('/login'), alice);
    await expectAccepted(await logout({ sub: 'alice' }));

    expect(await isSignedIn(browser)).toBe(true);
  });

  it('L1 a session goes with the session there that the person signed in with last', async () => {
    const browser = await signedIn({ sub: 'gil', sid: 'gil-1' });
    const page = await browser.submit(await browser.open('/account/switch'), { choice: 'other' });
    await browser.open(
      provider.authorize(await goTo(browser, page), { claims: { sub: 'gil', sid: 'gil-2' } }),
    );
    await expectAccepted(await logout({ sub: 'gil', sid: 'gil-1' }));
    expect(await isSignedIn(browser)).toBe(true);
    await expectAccepted(await logout({ sub: 'gil', sid: 'gil-2' }));

    expect(await isSignedIn(browser)).toBe(false);
  });

  it('L1 it ends as at a sign-out: clients are notified, grants bound to it are revoked, offline ones stay', async () => {
    const browser = await signedIn({ sub: 'hana', sid: 'hana-1' });
    const online = await RelyingParty.register(
      server,
      { scope: 'openid contacts.read', backchannel_logout_uri: receiver.uri('/online') },
      browser,
    );
    const offline = await RelyingParty.register(server, {}, browser);
    const bound = await online.tokens();
    const lasting = await offline.tokens();
    await expectAccepted(await logout({ sid: 'hana-1' }));
    await deliver(server);

    const [received, ...more] = receiver.take();
    expect(more).toEqual([]);
    const claims = await verified(server, received, online.clientId);
    expect(claims['sid']).toBe(payloadOf(bound.id_token).sid);
    expect((await online.introspect(bound.access_token)).body).toEqual({ active: false });
    expect((await offline.introspect(lasting.access_token)).body['active']).toBe(true);
  });

  it('L1 the audit trail and the sessions of a user name the upstream', async () => {
    await signedIn({ sub: 'ivy', sid: 'ivy-1' });
    await expectAccepted(await logout({ sid: 'ivy-1' }));
    const [session] = await server.app
      .get(Database)
      .query<object>(
        "SELECT e.actor, s.upstream_alias FROM audit_events e JOIN sessions s ON s.user_id = e.user_id WHERE e.event = 'session.ended' ORDER BY e.id DESC",
        [],
      );

    expect(session).toEqual({ actor: 'upstream:acme', upstream_alias: 'acme' });
  });

  describe('L1 a sign-in under way, which a second factor is still asked for,', () => {
    let app: App;
    beforeAll(async () => {
      app = await setUpApp(server, await signedIn({ sub: 'jo', sid: 'jo-1' }));
    });

    it.each([
      ['the sid of its session', { sid: 'under-way-1' }, false],
      ['the sub alone', { sub: 'jo' }, false],
      ['its session and sub', { sub: 'jo', sid: 'under-way-3' }, false],
      ['the sid of another session', { sub: 'jo', sid: 'another' }, true],
      ['another sub', { sub: 'not jo' }, true],
    ])('when a logout token comes with %s: %j, is completed: %s', async (_name, ended, isCompleted) => {
      const browser = new TestBrowser(server.issuer);
      const url = await goTo(browser, await browser.open('/login'));
      const sid = 'sid' in ended && ended.sid.startsWith('under-way') ? ended.sid : 'under-way-2';
      const page = await browser.open(provider.authorize(url, { claims: { sub: 'jo', sid } }));
      expect(page.html).toContain('name="code"');
      await expectAccepted(await logout(ended));
      const next = await browser.submit(page, { code: await codeOf(server, app) });

      expect(await isSignedIn(browser)).toBe(isCompleted);
      if (isCompleted) return;
      expect(next.html).toContain('name="upstream"');
      server.clock.advance(30);
      const again = await goTo(browser, next);
      const asked = await browser.open(provider.authorize(again, { claims: { sub: 'jo', sid: 'later' } }));
      await browser.submit(asked, { code: await codeOf(server, app) });
      expect(await isSignedIn(browser)).toBe(true);
    });

    it('when both come at once, leads to no session, whichever is first', async () => {
      for (const sid of ['at-once-1', 'at-once-2', 'at-once-3', 'at-once-4']) {
        const browser = new TestBrowser(server.issuer);
        const url = await goTo(browser, await browser.open('/login'));
        const page = await browser.open(provider.authorize(url, { claims: { sub: 'jo', sid } }));
        const code = await codeOf(server, app, 1);
        const token = await provider.sign(logoutClaims(server, provider, { sub: 'jo', sid }));
        const [answer] = await Promise.all([sendLogoutToken(server, token), browser.submit(page, { code })]);
        await expectAccepted(answer);

        expect(await isSignedIn(browser)).toBe(false);
        server.clock.advance(60);
      }
    });
  });

  it('L1 an upstream that is not enabled any more is heard, for the sessions that came from it', async () => {
    const browser = await signedIn({ sub: 'kim', sid: 'kim-1', aud: 'twin' }, 'twin');
    await registerUpstream(server, provider, {
      alias: 'twin',
      name: 'Twin',
      client_id: 'twin',
      enabled: false,
    });
    await expectAccepted(await logout({ sid: 'kim-1', aud: 'twin' }, 'twin'));

    expect(await isSignedIn(browser)).toBe(false);
  });

  it('L1 a key that the upstream has changed to is found, and looked for at a limited rate', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const browser = await signedIn({ sub: 'lou', sid: 'lou-1' });
    const token = await new SignJWT(logoutClaims(server, provider, { sid: 'lou-1' }))
      .setProtectedHeader({ alg: 'ES256', kid: 'next', typ: 'logout+jwt' })
      .sign(privateKey);
    server.clock.advance(20);
    const asked = provider.host.requests;
    expect((await sendLogoutToken(server, token)).status).toBe(400);
    expect((await sendLogoutToken(server, token)).status).toBe(400);
    expect(provider.host.requests - asked).toBe(1);
    const known = provider.host.documents.get('/jwks') as { keys: object[] };
    const next = { ...(await exportJWK(publicKey)), kid: 'next', alg: 'ES256', use: 'sig' };
    provider.host.documents.set('/jwks', { keys: [...known.keys, next] });
    server.clock.advance(20);
    await expectAccepted(await sendLogoutToken(server, token));

    expect(await isSignedIn(browser)).toBe(false);
  });

  it('L1 what was noted of ended sessions is swept', async () => {
    const count = (): Promise<unknown[]> =>
      server.app.get(Database).query('SELECT key_hash FROM upstream_sign_outs', []);
    expect((await count()).length).toBeGreaterThan(0);
    server.clock.advance(3_601);
    await server.app.get(Sweeper).sweep(server.clock.now());

    expect(await count()).toEqual([]);
  });

  it('the admin API shows the URI that is registered at an OpenID provider', async () => {
    const registration = server.app.get(UpstreamRegistration);
    const shown = registration.shown(await registration.require('acme'));

    expect(shown.backchannel_logout_uri).toBe(`${server.issuer}/upstream/acme/backchannel-logout`);
  });
});
