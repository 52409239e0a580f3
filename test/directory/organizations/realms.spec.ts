import { randomUUID } from 'node:crypto';
import { TestBrowser } from '../../support/browser.js';
import { IdentityProvider } from '../../support/identity-provider.js';
import { byId } from '../../support/markup.js';
import { newDomain, verifiedDomain } from '../../support/organization-domains.js';
import { organizationScope, TestOrganizations } from '../../support/organizations.js';
import { RelyingParty } from '../../support/relying-party.js';
import { useServer } from '../../support/server.js';
import { registerUpstream } from '../../support/upstream.js';

const provider = await IdentityProvider.start();
afterAll(() => provider.stop());
const ledTo = (html: string): string | undefined => byId(html, 'go-on')?.attributes['href'];

describe('The upstream of an organization', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
  let world: TestOrganizations;
  let organization: string;
  let alias: string;

  beforeAll(async () => {
    world = await TestOrganizations.of(server);
  });
  beforeEach(async () => {
    alias = `u-${randomUUID()}`;
    await registerUpstream(server, provider, { alias, name: `Name of ${alias}`, shown: false });
    organization = await world.create(undefined, { upstream: alias });
  });
  afterEach(async () => {
    await world.admin.delete(`/organizations/${organization}`);
    await world.admin.delete(`/upstreams/${alias}`);
  });

  const ask = async (parameters: Record<string, string>) => {
    const browser = new TestBrowser(server.issuer);
    const client = await RelyingParty.register(server, { scope: 'openid organization' }, browser);
    return browser.open(client.authorizeUrl('v'.repeat(43), { scope: 'openid', ...parameters }));
  };
  const isLed = async (parameters: Record<string, string>): Promise<boolean> => {
    const href = ledTo((await ask(parameters)).html);
    if (href === undefined) return false;
    expect(new URL(href).searchParams.get('redirect_uri')).toContain(`/upstream/${alias}/`);
    return true;
  };

  it('is where a login_hint or domain_hint of its verified domain leads', async () => {
    const domain = await verifiedDomain(world, organization);
    expect(await isLed({ login_hint: `ada@${domain.toUpperCase()}` })).toBe(true);
    expect(await isLed({ domain_hint: domain })).toBe(true);
    expect(await isLed({ login_hint: `ada@mail.${domain}` })).toBe(false);
    expect(await isLed({ login_hint: domain })).toBe(false);
  });

  it('is not where a domain leads that is claimed alone', async () => {
    const domain = newDomain();
    await world.admin.post(`/organizations/${organization}/domains`, { domain });
    expect(await isLed({ login_hint: `ada@${domain}` })).toBe(false);
    expect(await isLed({ domain_hint: domain })).toBe(false);
  });

  it('is where a typed address of its domain leads, whether it has an account or not', async () => {
    const domain = await verifiedDomain(world, organization);
    const known = `known@${domain}`;
    await server.createUser({
      username: `p-${randomUUID()}`,
      password: 'correct horse battery',
      email: known,
      email_verified: true,
    });
    for (const email of [known, `unknown@${domain}`]) {
      const browser = new TestBrowser(server.issuer);
      const page = await browser.open('/login');
      expect(page.html).not.toContain(`upstream-${alias}`);
      const shown = await browser.submit(page, { email });
      expect(shown.status).toBe(200);
      expect(ledTo(shown.html)).toContain(encodeURIComponent(`/upstream/${alias}/`));
    }
  });

  it('has the sign-in page ask for an address only where a domain is verified', async () => {
    const browser = new TestBrowser(server.issuer);
    expect((await browser.open('/login')).html).not.toContain('name="email"');
    await verifiedDomain(world, organization);
    expect((await browser.open('/login')).html).toContain('name="email"');
  });

  it('stands first where a client wants to act for the organization, though it has no button elsewhere', async () => {
    const other = `u-${randomUUID()}`;
    await registerUpstream(server, provider, { alias: other, name: 'Other' });
    const buttons = async (scope: string) =>
      [...(await ask({ scope })).html.matchAll(/id="upstream-([\w-]+)"/g)].map(([, found]) => found);
    expect(await buttons(`openid ${organizationScope(organization)}`)).toEqual([alias, other]);
    expect(await buttons('openid')).toEqual([other]);
    expect(await buttons(`openid ${organizationScope(randomUUID())}`)).toEqual([other]);
    await world.admin.delete(`/upstreams/${other}`);
  });

  it('leads nowhere once it is turned off', async () => {
    const domain = await verifiedDomain(world, organization);
    await registerUpstream(server, provider, { alias, enabled: false });
    expect(await isLed({ login_hint: `ada@${domain}` })).toBe(false);
  });
});

describe('Addresses that are typed to find an upstream', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_ANONYMOUS_REQUESTS: '3' });

  it('are counted for each network', async () => {
    await registerUpstream(server, provider, { shown: false, email_domains: ['acme.example'] });
    const browser = new TestBrowser(server.issuer);
    const page = await browser.open('/login');
    const statuses = [];
    for (let typed = 0; typed < 4; typed++)
      statuses.push((await browser.submit(page, { email: `ada@${newDomain()}` })).status);
    expect(statuses).toEqual([404, 404, 404, 429]);
  });
});
