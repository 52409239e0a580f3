import { homeRealmOf } from '../../../src/sign-in/upstream/home-realm.js';
import { IdentityProvider } from '../../support/identity-provider.js';
import { byId } from '../../support/markup.js';
import { RelyingParty } from '../../support/relying-party.js';
import { alice, useServer } from '../../support/server.js';
import { registerUpstream, signInAt } from '../../support/upstream.js';
import { useBrowser } from '../../support/use-browser.js';

const acme = { alias: 'acme', email_domains: ['acme.example', 'Acme.test'] };
const other = { alias: 'other', email_domains: [] };

describe('The upstream to which somebody is led', () => {
  it.each([
    ['the one that the application names', { domainHint: 'other' }, 'other'],
    ['the one of the domain that the application names', { domainHint: 'ACME.test' }, 'acme'],
    ['the one of the domain of the address', { loginHint: 'Nora@Acme.Example' }, 'acme'],
    [
      'the one that is named, whatever the address',
      { domainHint: 'other', loginHint: 'n@acme.example' },
      'other',
    ],
    ['none for a domain below it', { loginHint: 'nora@sub.acme.example' }, undefined],
    ['none for a username', { loginHint: 'acme.example' }, undefined],
    ['none without hints', {}, undefined],
    [
      'that of the organization of the domain that the application names',
      { domainHint: 'shop.example', organizations: { ofDomainHint: 'other' } },
      'other',
    ],
    [
      'that of the organization of the domain of the address',
      { loginHint: 'n@shop.example', organizations: { ofLoginHint: 'other' } },
      'other',
    ],
    [
      'the one that names the domain itself, before that of an organization',
      { loginHint: 'n@acme.example', organizations: { ofLoginHint: 'other' } },
      'acme',
    ],
    [
      'that of the organization for which the application wants to act, if there is no other way',
      { loginHint: 'n@acme.example', organizations: { named: 'other', isSoleWay: true } },
      'other',
    ],
    [
      'the one that the application names, before that of the organization',
      { domainHint: 'acme', organizations: { named: 'other', isSoleWay: true } },
      'acme',
    ],
    [
      'none for an organization whose people may sign in elsewhere',
      { organizations: { named: 'other' } },
      undefined,
    ],
    ['none for an upstream that is gone', { organizations: { ofLoginHint: 'gone' } }, undefined],
    ['none of several, though nothing else is offered', { hasOwnFactors: false }, undefined],
    ['the only one, where nothing else is offered', { hasOwnFactors: false, upstreams: [other] }, 'other'],
    ['none, where people may sign in here too', { upstreams: [other] }, undefined],
  ])('is %s', (_name, situation, alias) => {
    expect(homeRealmOf({ upstreams: [acme, other], hasOwnFactors: true, ...situation })).toBe(alias);
  });
});

const provider = await IdentityProvider.start();
afterAll(() => provider.stop());
const ledTo = (html: string): string | undefined => byId(html, 'go-on')?.attributes['href'];

describe('Hints of an application', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' }, { users: [alice] });
  const browser = useBrowser(server);
  beforeEach(async () => {
    provider.fault = undefined;
    await registerUpstream(server, provider, { email_domains: ['acme.example'] });
    server.clock.advance(3_600);
  });
  const ask = async (parameters: Record<string, string>) => {
    const client = await RelyingParty.register(server, {}, browser);
    return browser.open(client.authorizeUrl('v'.repeat(43), parameters));
  };

  it('lead to the upstream at once, which gets the login_hint', async () => {
    const { html } = await ask({ login_hint: 'nora@acme.example' });

    expect(new URL(ledTo(html) ?? '').searchParams.get('login_hint')).toBe('nora@acme.example');
    expect(ledTo((await ask({ domain_hint: 'acme' })).html)).toContain(provider.issuer);
  });

  it('that fit no upstream show the form', async () => {
    const { html } = await ask({ login_hint: 'alice', domain_hint: 'none.example' });

    expect(ledTo(html)).toBeUndefined();
    expect(byId(html, 'username')?.attributes['value']).toBe('alice');
  });

  it('to an upstream that is away show a page that leads to the form', async () => {
    await registerUpstream(server, provider, { email_domains: ['acme.example'], name: 'Acme away' });
    provider.fault = 503;
    const away = await ask({ login_hint: 'nora@acme.example' });
    expect(away.status).toBe(503);
    expect(away.html).toContain('Acme away cannot be reached');
    const [, link = ''] = /href="(\/login[^"]*choose=)"/.exec(away.html) ?? [];
    const form = await browser.open(link.replaceAll('&amp;', '&'));
    const signedIn = await browser.submit(form, { username: 'alice', password: alice.password });

    expect(signedIn.html).toContain('id="allow"');
  });

  it('after three failures the upstream is left alone for half a minute, and health says so', async () => {
    await registerUpstream(server, provider, { name: 'Acme broken' });
    provider.fault = 500;
    const press = async () =>
      (await browser.submit(await browser.open('/login'), { upstream: 'acme' })).status;
    for (let count = 0; count < 3; count += 1) expect(await press()).toBe(503);
    const asked = provider.host.requests;
    expect(await press()).toBe(503);
    expect(provider.host.requests).toBe(asked);

    const health = await fetch(`${server.issuer}/health/ready`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      info: { upstreams: { acme: { failures: 3, is_left_alone: true } } },
    });
    provider.fault = undefined;
    expect(await press()).toBe(503);
    server.clock.advance(31);
    expect(await press()).toBe(200);
    expect(await (await fetch(`${server.issuer}/health/ready`)).text()).not.toContain('upstreams');
  });

  it('a token endpoint that is away opens the breaker, though sign-ins still begin there', async () => {
    await registerUpstream(server, provider, { name: 'Acme half' });
    const sent = async () => browser.submit(await browser.open('/login'), { upstream: 'acme' });
    const comeBack = async (href: string) => (await browser.open(provider.authorize(href))).status;
    for (let count = 0; count < 3; count += 1) {
      const href = ledTo((await sent()).html) ?? '';
      provider.fault = 500;
      expect(await comeBack(href)).toBe(503);
      provider.fault = undefined;
    }
    const asked = provider.host.requests;
    expect((await sent()).status).toBe(503);
    expect(provider.host.requests).toBe(asked);

    server.clock.advance(31);
    expect(await comeBack(ledTo((await sent()).html) ?? '')).toBe(200);
    expect(await (await fetch(`${server.issuer}/health/ready`)).text()).not.toContain('upstreams');
  });

  it('the upstream that was used last stands first', async () => {
    await registerUpstream(server, provider, { alias: 'beta', name: 'Beta', new_account: 'confirm' });
    const order = async (): Promise<string[]> =>
      [...(await browser.open('/login?choose=')).html.matchAll(/id="upstream-(\w+)"/g)].map(
        ([, alias = '']) => alias,
      );
    expect(await order()).toEqual(['acme', 'beta']);
    const sent = await browser.submit(await browser.open('/login'), { upstream: 'beta' });
    await browser.open(provider.authorize(ledTo(sent.html) ?? ''));
    expect(await order()).toEqual(['beta', 'acme']);
    await registerUpstream(server, provider, { alias: 'beta', name: 'Beta', enabled: false });
  });

  it('people whose upstream has no button are led by their address', async () => {
    await registerUpstream(server, provider, { email_domains: ['acme.example'], shown: false });
    const page = await browser.open('/login');
    expect(page.html).not.toContain('upstream-acme');
    expect(ledTo((await browser.submit(page, { email: 'nora@acme.example' })).html)).toContain(
      provider.issuer,
    );
    const unknown = await browser.submit(page, { email: 'nora@other.example' });

    expect(unknown.status).toBe(404);
    expect(unknown.html).toContain('No organization is known');
  });
});

describe('A service at which nobody signs in with a password', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_FIRST_FACTORS: 'upstream' });
  const browser = useBrowser(server);
  beforeEach(() => registerUpstream(server, provider));

  it('leads to its only upstream at once, and shows a page where that refuses', async () => {
    const url = ledTo((await browser.open('/login')).html) ?? '';
    const refused = await browser.open(provider.authorize(url, { claims: { nonce: 'wrong' } }));
    expect(refused.status).toBe(400);
    const page = await browser.open('/login?choose=');
    expect(page.html).not.toContain('name="password"');
    expect((await signInAt(browser, provider, {}, '/login?choose=')).url).toMatch(/\/account$/);
  });

  it('shows a choice where there are several', async () => {
    await registerUpstream(server, provider, { alias: 'beta', name: 'Beta' });
    const { html } = await browser.open('/login');

    expect(ledTo(html)).toBeUndefined();
    expect(html).toContain('upstream-beta');
  });
});
