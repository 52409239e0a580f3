import { Database } from '../../../src/persistence/database.js';
import { IdentitiesStore } from '../../../src/persistence/stores/identities.store.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { IdentityProvider, type ProviderAnswer } from '../../support/identity-provider.js';
import { TestBrowser } from '../../support/browser.js';
import { alice, useServer } from '../../support/server.js';
import { goTo, registerUpstream, signInAt } from '../../support/upstream.js';
import { useBrowser } from '../../support/use-browser.js';

const provider = await IdentityProvider.start();
const other = await IdentityProvider.start();
afterAll(async () => {
  await provider.stop();
  await other.stop();
});

describe('An answer of an upstream', () => {
  const server = useServer(
    { EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_ANONYMOUS_REQUESTS: '1000' },
    { users: [alice] },
  );
  const browser = useBrowser(server);
  beforeAll(() => registerUpstream(server, provider));

  const reasons = async (): Promise<unknown[]> =>
    (
      await server.app
        .get(Database)
        .query<{ detail: string }>(
          "SELECT detail FROM audit_events WHERE event = 'upstream.refused' ORDER BY id",
          [],
        )
    ).map(({ detail }) => (JSON.parse(detail) as { reason: string }).reason);
  const expectNothing = async (): Promise<void> => {
    expect(await server.app.get(UsersStore).count()).toBe(1);
    expect((await browser.open('/account')).url).not.toMatch(/\/account$/);
  };
  const seconds = (): number => Math.floor(Date.now() / 1_000);

  const wrong: readonly [string, ProviderAnswer, string, number][] = [
    ['with another nonce', { claims: { nonce: 'other' } }, 'bad_answer', 400],
    ['without a nonce', { claims: { nonce: undefined } }, 'bad_answer', 400],
    ['of another issuer', { parameters: { iss: 'https://other.example.com' } }, 'bad_answer', 400],
    ['that does not say its issuer, though it should', { parameters: { iss: null } }, 'bad_answer', 400],
    [
      'whose ID token is of another issuer',
      { claims: { iss: 'https://other.example.com' } },
      'bad_answer',
      400,
    ],
    ['whose ID token is for somebody else', { claims: { aud: 'other' } }, 'bad_answer', 400],
    ['whose ID token has expired', { claims: { exp: seconds() - 3_600 } }, 'bad_answer', 400],
    ['whose ID token has no signature', { unsigned: true }, 'bad_answer', 400],
    ['whose ID token is signed with another key', { withOtherKey: true }, 'bad_answer', 400],
    ['without a code', { parameters: { code: null } }, 'bad_answer', 400],
    ['with a code that is not known there', { parameters: { code: 'other' } }, 'bad_answer', 400],
    [
      'with two audiences and another authorized party',
      { claims: { aud: ['eyrie', 'b'], azp: 'b' } },
      'bad_answer',
      400,
    ],
    ['with an error', { parameters: { code: null, error: 'access_denied' } }, 'denied', 403],
    [
      'with an unknown error',
      { parameters: { code: null, error: 'no', error_description: '<b>x' } },
      'bad_answer',
      400,
    ],
    ['without a subject', { claims: { sub: undefined } }, 'bad_answer', 400],
  ];
  it.each(wrong)('%s is refused on a page, and recorded', async (_name, answer, reason, status) => {
    const refused = await signInAt(browser, provider, answer);

    expect(refused.status).toBe(status);
    expect(refused.html).toContain('You are not signed in');
    expect(refused.html).not.toContain('<b>x');
    expect((await reasons()).at(-1)).toBe(reason);
    await expectNothing();
  });

  it('with an error that a browser has brought does not close the upstream for others', async () => {
    for (let i = 0; i < 4; i++) {
      const parameters = { code: null, error: 'temporarily_unavailable' };
      const refused = await signInAt(new TestBrowser(server.issuer), provider, { parameters });
      expect(refused.status).toBe(503);
    }
    const others = await new TestBrowser(server.issuer).open('/login');
    expect((await new TestBrowser(server.issuer).open('/health/ready')).html).not.toContain('left_alone');
    expect(others.status).toBe(200);
  });

  it('with another state, or none, is refused', async () => {
    const url = await goTo(browser, await browser.open('/login'));
    for (const state of ['other', null]) {
      const refused = await browser.open(provider.authorize(url, { parameters: { state } }));

      expect(refused.status).toBe(400);
      expect((await reasons()).at(-1)).toBe('unknown_request');
    }
    await expectNothing();
  });

  it('in another browser is refused, and still counts in its own', async () => {
    const url = await goTo(browser, await browser.open('/login'));
    const callback = provider.authorize(url, { claims: { sub: 'own-browser' } });
    const stranger = new TestBrowser(server.issuer);
    await stranger.open('/login');

    expect((await stranger.open(callback)).status).toBe(403);
    expect((await reasons()).at(-1)).toBe('other_browser');
    expect((await browser.open(callback)).url).toMatch(/\/account$/);
    await server.app.get(Database).write((tx) => tx.query("DELETE FROM users WHERE username LIKE 'acme-%'"));
  });

  it('counts once', async () => {
    const url = await goTo(browser, await browser.open('/login'));
    const callback = provider.authorize(url, { claims: { nonce: 'wrong' } });
    await browser.open(callback);
    const again = await browser.open(callback);

    expect(again.status).toBe(400);
    expect((await reasons()).at(-1)).toBe('replayed');
  });

  it('that comes after a quarter of an hour is refused', async () => {
    const url = await goTo(browser, await browser.open('/login'));
    server.clock.advance(901);

    expect((await browser.open(provider.authorize(url))).status).toBe(400);
    expect((await reasons()).at(-1)).toBe('expired');
  });

  it('at the callback of another upstream is refused (mix-up)', async () => {
    await registerUpstream(server, other, { alias: 'other', name: 'Other' });
    const url = await goTo(browser, await browser.open('/login'));
    const callback = provider.authorize(url).replace('/upstream/acme/', '/upstream/other/');

    expect((await browser.open(callback)).status).toBe(400);
    expect((await reasons()).at(-1)).toBe('unknown_request');
    await expectNothing();
  });

  it('of an upstream that is turned off is refused', async () => {
    const url = await goTo(browser, await browser.open('/login'));
    await registerUpstream(server, provider, { enabled: false });
    const refused = await browser.open(provider.authorize(url));
    await registerUpstream(server, provider);

    expect(refused.status).toBe(404);
    await expectNothing();
  });

  it('whose claims are not those that are required is refused', async () => {
    await registerUpstream(server, provider, { required_claims: { hd: 'acme.example' } });
    const refused = await signInAt(browser, provider, { claims: { hd: 'other.example' } });
    await registerUpstream(server, provider);

    expect(refused.status).toBe(403);
    expect((await reasons()).at(-1)).toBe('not_admitted');
    await expectNothing();
  });

  it('of somebody whom nobody here knows is refused where the rules create nobody', async () => {
    await registerUpstream(server, provider, { new_account: 'refuse' });
    const refused = await signInAt(browser, provider);
    await registerUpstream(server, provider);

    expect(refused.status).toBe(403);
    expect((await reasons()).at(-1)).toBe('no_account');
    await expectNothing();
  });

  it('too many of them from one network are not looked at', async () => {
    const statuses = new Set<number>();
    for (let count = 0; count < 1_001; count += 1)
      statuses.add((await browser.send('/upstream/acme/callback?state=x&code=y')).status);

    expect([...statuses]).toEqual([400, 429]);
  });

  it('no user was linked', async () => {
    expect(await server.app.get(IdentitiesStore).of('')).toEqual([]);
  });
});

describe('An upstream whose metadata lead to a private address', () => {
  const server = useServer();

  it('cannot be registered', async () => {
    await expect(registerUpstream(server, provider)).rejects.toMatchObject({
      response: { message: [expect.stringMatching(/^issuer must use https/)] },
    });
    await expect(
      registerUpstream(server, provider, { issuer: 'https://169.254.169.254/latest' }),
    ).rejects.toMatchObject({
      response: { message: [expect.stringMatching(/private, loopback or link-local/)] },
    });
  });
});

describe('An upstream whose metadata name other places', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: provider.host.host });
  const browser = useBrowser(server);
  beforeEach(() => registerUpstream(server, provider));
  afterEach(() => provider.publish());

  it('sends no secret to a private address', async () => {
    provider.publish({ token_endpoint: 'http://127.0.0.1:9/token' });
    const refused = await signInAt(browser, provider);

    expect(refused.status).toBe(503);
    expect(refused.html).toContain('Acme cannot be reached');
  });

  it('is not used if it calls itself by another name', async () => {
    provider.publish({ issuer: 'https://other.example.com' });
    await registerUpstream(server, provider, { name: 'Acme renamed' });
    const refused = await browser.submit(await browser.open('/login'), { upstream: 'acme' });

    expect(refused.status).toBe(400);
  });
});
