import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { AdminCaller, expectRefusedField } from '../../support/admin-caller.js';
import { responseOf, type Shown, signIn, TestBrowser } from '../../support/browser.js';
import { begin, enter, poll, registerDevice } from '../../support/device.js';
import { IdentityProvider } from '../../support/identity-provider.js';
import { byId } from '../../support/markup.js';
import {
  arrive,
  asksForOrganization,
  organizationScope,
  type Person,
  TestOrganizations,
} from '../../support/organizations.js';
import { RelyingParty } from '../../support/relying-party.js';
import { codeOf, setUpApp } from '../../support/second-factor.js';
import { startServer, useServer } from '../../support/server.js';
import { registerUpstream } from '../../support/upstream.js';
import { shows, signedInBrowser } from '../../support/walk.js';

const verifier = 'v'.repeat(43);
const mfa = 'https://refeds.org/profile/mfa';
const asksForCode = (page: Shown): boolean => page.html.includes('name="code"');
const asksForSetUp = (page: Shown): boolean => page.html.includes('action="/login/set-up"');
const ledTo = (page: Shown): URL | undefined => {
  const href = byId(page.html, 'go-on')?.attributes['href'];
  return href === undefined ? undefined : new URL(href);
};

const provider = await IdentityProvider.start();
afterAll(() => provider.stop());

describe('The sign-in policy of an organization', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_SECOND_FACTOR: 'on-request' });
  let world: TestOrganizations;

  beforeEach(async () => {
    world = await TestOrganizations.of(server);
  });

  const client = (browser?: TestBrowser): Promise<RelyingParty> =>
    RelyingParty.register(server, { scope: 'openid offline_access organization' }, browser);
  const ask = async (
    rp: RelyingParty,
    organization: string | undefined,
    more: Record<string, string> = {},
  ): Promise<Shown> => {
    const asked = organization === undefined ? 'organization' : organizationScope(organization);
    return rp.browser.open(rp.authorizeUrl(verifier, { scope: `openid ${asked}`, ...more }));
  };
  /** Allows what a page asks for. @returns the claims of the ID token */
  const allowed = async (rp: RelyingParty, page: Shown): Promise<Record<string, unknown>> => {
    expect(shows.consent(page)).toBe(true);
    const code = responseOf(await rp.browser.submit(page, { decision: 'allow' })).get('code') ?? '';
    return decodeJwt((await rp.redeem({ code, verifier })).body.id_token);
  };
  const errorOf = (page: Shown): string | null => responseOf(page).get('error');
  const memberOf = async (fields: object) => {
    const person = await world.person();
    const organization = await world.create(undefined, fields);
    await world.join(organization, person);
    return { person, organization };
  };
  /** Somebody who has an authenticator app, signed in with the password alone. */
  const withApp = async (person: Person) => {
    const app = await setUpApp(server, await signedInBrowser(server, person));
    return { app, browser: await signedInBrowser(server, person) };
  };

  describe('that requires a second factor', () => {
    const fields = { require_second_factor: true };

    it('has members prove it when they act for the organization, and not otherwise', async () => {
      const { person, organization } = await memberOf(fields);
      const { app, browser } = await withApp(person);
      world = await TestOrganizations.of(server);
      const rp = await client(browser);
      expect(shows.consent(await rp.browser.open(rp.authorizeUrl(verifier, { scope: 'openid' })))).toBe(true);
      const page = await ask(rp, organization);
      expect(asksForCode(page)).toBe(true);
      const consent = await browser.submit(page, { code: await codeOf(server, app) });
      expect(await allowed(rp, consent)).toMatchObject({ org_id: organization, acr: mfa });
      expect(asksForCode(await ask(rp, organization))).toBe(false);
    });

    it('has members set one up who have none', async () => {
      const { person, organization } = await memberOf(fields);
      const rp = await client();
      expect(
        asksForSetUp(
          await arrive(
            rp.browser,
            rp.authorizeUrl(verifier, {
              scope: `openid ${organizationScope(organization)}`,
            }),
            person,
          ),
        ),
      ).toBe(true);
    });

    it('asks for the password once, also with prompt=login', async () => {
      const { person, organization } = await memberOf(fields);
      const { app, browser } = await withApp(person);
      const rp = await client(browser);
      const first = await ask(rp, organization, { prompt: 'login' });
      const page = await signIn(browser, first, person);
      expect(asksForCode(page)).toBe(true);
      const consent = await browser.submit(page, { code: await codeOf(server, app) });
      expect(await allowed(rp, consent)).toMatchObject({ org_id: organization });
    });

    it('is login_required with prompt=none', async () => {
      const { person, organization } = await memberOf(fields);
      const rp = await client((await withApp(person)).browser);
      expect(errorOf(await ask(rp, organization, { prompt: 'none' }))).toBe('login_required');
    });

    it('asks nothing of people who do not belong to it', async () => {
      const organization = await world.create(undefined, fields);
      const rp = await client(await signedInBrowser(server, await world.person()));
      expect(errorOf(await ask(rp, organization))).toBe('access_denied');
    });

    it('holds for the organization that somebody chooses, which stays chosen', async () => {
      const { person, organization } = await memberOf(fields);
      await world.join(await world.create(), person);
      const { app, browser } = await withApp(person);
      const rp = await client(browser);
      const choice = await ask(rp, undefined);
      expect(asksForOrganization(choice)).toBe(true);
      const page = await browser.submit(choice, { choice: organization });
      expect(asksForCode(page)).toBe(true);
      const consent = await browser.submit(page, { code: await codeOf(server, app) });
      expect(await allowed(rp, consent)).toMatchObject({ org_id: organization });
    });

    it('holds for devices', async () => {
      const { person, organization } = await memberOf(fields);
      const { app, browser } = await withApp(person);
      const device = await registerDevice(server, { scope: 'openid organization' });
      const codes = await begin(device, `openid ${organizationScope(organization)}`);
      const page = await enter(browser, codes.user_code);
      expect(asksForCode(page)).toBe(true);
      const question = await browser.submit(page, { code: await codeOf(server, app) });
      await browser.submit(question, { decision: 'allow' });
      const { id_token } = (await poll(device, codes)).body;
      expect(decodeJwt(id_token)).toMatchObject({ org_id: organization, acr: mfa });
    });

    it('leaves grants that were given before as they are', async () => {
      const { person, organization } = await memberOf({});
      const rp = await client(await signedInBrowser(server, person));
      const scope = `openid offline_access ${organizationScope(organization)}`;
      const tokens = (await rp.redeem(await rp.authorize({ scope }, person))).body;
      await world.admin.patch(`/organizations/${organization}`, fields);
      expect((await rp.refresh(tokens.refresh_token)).status).toBe(200);
      expect(asksForSetUp(await ask(rp, organization))).toBe(true);
    });
  });

  describe('that requires its upstream', () => {
    let alias: string;
    let organization: string;
    const sub = (): string => randomUUID();

    beforeEach(async () => {
      alias = `u-${randomUUID()}`;
      await registerUpstream(server, provider, { alias, name: alias, shown: false });
      organization = await world.create(undefined, {
        upstream: alias,
        require_upstream: true,
        join_by_upstream: true,
      });
    });

    const isLed = (page: Shown): boolean =>
      ledTo(page)?.searchParams.get('redirect_uri')?.includes(`/upstream/${alias}/`) ?? false;
    /** Signs in at the upstream to which a page leads. */
    const comeBack = (rp: RelyingParty, page: Shown, claims: object): Promise<Shown> =>
      rp.browser.open(provider.authorize(ledTo(page)?.href ?? '', { claims: { ...claims } }));

    it('leads there at once if nobody is signed in, and makes a member of whoever comes back', async () => {
      const rp = await client();
      const page = await ask(rp, organization);
      expect(isLed(page)).toBe(true);
      expect(await allowed(rp, await comeBack(rp, page, { sub: sub() }))).toMatchObject({
        org_id: organization,
      });
      expect(shows.consent(await ask(rp, organization))).toBe(false);
      expect(errorOf(await ask(rp, organization, { prompt: 'none' }))).toBeNull();
    });

    it('leads members there who have signed in otherwise, and is login_required with prompt=none', async () => {
      const person = await world.person();
      await world.join(organization, person);
      const rp = await client(await signedInBrowser(server, person));
      expect(errorOf(await ask(rp, organization, { prompt: 'none' }))).toBe('login_required');
      expect(isLed(await ask(rp, organization))).toBe(true);
      expect(shows.consent(await rp.browser.open(rp.authorizeUrl(verifier, { scope: 'openid' })))).toBe(true);
    });

    it('leads there after a password, where the upstream was away and somebody asks for the page', async () => {
      const person = await world.person();
      await world.join(organization, person);
      const rp = await client();
      provider.fault = 503;
      const page = await ask(rp, organization).finally(() => (provider.fault = undefined));
      const [, link = ''] = /href="(\/login[^"]*choose=)"/.exec(page.html) ?? [];
      const form = await rp.browser.open(link.replaceAll('&amp;', '&'));
      expect(isLed(await signIn(rp.browser, form, person))).toBe(true);
    });

    it('is not met by a sign-in at another upstream', async () => {
      const other = `u-${randomUUID()}`;
      await registerUpstream(server, provider, { alias: other, name: other });
      const rp = await client();
      const subject = sub();
      const led = await rp.browser.submit(await rp.browser.open('/login'), { upstream: other });
      await comeBack(rp, led, { sub: subject });
      const page = await ask(rp, organization);
      expect(isLed(page)).toBe(true);
      // Another account is signed in by that: the request goes on with it.
      expect(await allowed(rp, await comeBack(rp, page, { sub: sub() }))).toMatchObject({
        org_id: organization,
      });
      await world.admin.delete(`/upstreams/${other}`);
    });

    it('stays met when somebody then signs in at another upstream, too', async () => {
      const rp = await client();
      await allowed(rp, await comeBack(rp, await ask(rp, organization), { sub: sub() }));
      server.clock.advance(60);
      expect(ledTo(await ask(rp, organization))).toBeUndefined();
    });

    it('refuses who does not become a member there', async () => {
      await world.admin.patch(`/organizations/${organization}`, { join_by_upstream: false });
      const rp = await client();
      const page = await ask(rp, organization);
      expect(errorOf(await comeBack(rp, page, { sub: sub() }))).toBe('access_denied');
      const stranger = await client(await signedInBrowser(server, await world.person()));
      expect(errorOf(await ask(stranger, organization))).toBe('access_denied');
    });

    it('leads strangers there who are signed in, if that makes them members', async () => {
      const rp = await client(await signedInBrowser(server, await world.person()));
      expect(isLed(await ask(rp, organization))).toBe(true);
    });

    it('lets somebody confirm an account here before they go on', async () => {
      await registerUpstream(server, provider, { alias, name: alias, new_account: 'confirm' });
      const person = await world.person();
      const rp = await client();
      const subject = sub();
      const confirm = await comeBack(rp, await ask(rp, organization), { sub: subject });
      expect(shows.signIn(confirm)).toBe(true);
      const again = await signIn(rp.browser, confirm, person);
      expect(isLed(again)).toBe(true);
      expect(await allowed(rp, await comeBack(rp, again, { sub: subject }))).toMatchObject({
        org_id: organization,
        sub: person.id,
      });
    });

    it('lets nobody in while the upstream is turned off', async () => {
      await registerUpstream(server, provider, { alias, name: alias, enabled: false });
      const person = await world.person();
      await world.join(organization, person);
      const rp = await client(await signedInBrowser(server, person));
      expect((await ask(rp, organization)).status).toBe(404);
      expect(errorOf(await ask(rp, organization, { prompt: 'none' }))).toBe('login_required');
    });

    it('asks for the second factor, too, if the organization requires both', async () => {
      await world.admin.patch(`/organizations/${organization}`, { require_second_factor: true });
      const rp = await client();
      const page = await comeBack(rp, await ask(rp, organization), { sub: sub() });
      expect(asksForSetUp(page)).toBe(true);
    });

    it('passes the greatest age on', async () => {
      await world.admin.patch(`/organizations/${organization}`, { max_sign_in_age: 600 });
      const page = await ask(await client(), organization);
      expect(ledTo(page)?.searchParams.get('max_age')).toBe('600');
    });

    it('passes the greatest age on for strangers who are signed in, too', async () => {
      await world.admin.patch(`/organizations/${organization}`, { max_sign_in_age: 600 });
      const stranger = await client(await signedInBrowser(server, await world.person()));
      const page = await ask(stranger, organization);
      expect(ledTo(page)?.searchParams.get('max_age')).toBe('600');
    });

    it('leads nobody there who takes the place of a member, unless the request names the organization', async () => {
      const signInPage = async (named: boolean): Promise<Shown> => {
        const rp = await client();
        const consent = await comeBack(rp, await ask(rp, organization), { sub: sub() });
        const asked = named ? consent : await ask(rp, undefined);
        expect(shows.consent(asked)).toBe(true);
        return rp.browser.submit(asked, { decision: 'switch' });
      };
      expect(isLed(await signInPage(true))).toBe(true);
      const page = await signInPage(false);
      expect(shows.signIn(page)).toBe(true);
      expect(page.html).not.toContain(`upstream-${alias}`);
    });

    it('lets nobody in who has signed in there before it was turned off', async () => {
      const rp = await client();
      await allowed(rp, await comeBack(rp, await ask(rp, organization), { sub: sub() }));
      await registerUpstream(server, provider, { alias, name: alias, enabled: false });
      expect((await ask(rp, organization)).status).toBe(404);
      expect(errorOf(await ask(rp, organization, { prompt: 'none' }))).toBe('login_required');
    });

    it('holds for devices', async () => {
      const person = await world.person();
      await world.join(organization, person);
      const device = await registerDevice(server, { scope: 'openid organization' });
      const named = await begin(device, `openid ${organizationScope(organization)}`);
      const browser = new TestBrowser(server.issuer);
      expect(isLed(await enter(browser, named.user_code))).toBe(true);
      const unnamed = await begin(device, 'openid organization');
      expect(isLed(await enter(await signedInBrowser(server, person), unnamed.user_code))).toBe(true);
    });
  });

  describe('with a greatest age of the sign-in', () => {
    it('asks for a new one when the last is older, for the organization alone', async () => {
      const { person, organization } = await memberOf({ max_sign_in_age: 600 });
      const rp = await client(await signedInBrowser(server, person));
      expect(shows.consent(await ask(rp, organization))).toBe(true);
      server.clock.advance(601);
      expect(errorOf(await ask(rp, organization, { prompt: 'none' }))).toBe('login_required');
      expect(shows.consent(await rp.browser.open(rp.authorizeUrl(verifier, { scope: 'openid' })))).toBe(true);
      const page = await ask(rp, organization);
      expect(shows.signIn(page)).toBe(true);
      expect(await allowed(rp, await signIn(rp.browser, page, person))).toMatchObject({
        org_id: organization,
      });
    });

    it('asks for a new one where the organization is chosen after a step that proved something else', async () => {
      const { person, organization } = await memberOf({ max_sign_in_age: 600 });
      await world.join(await world.create(), person);
      const { app, browser } = await withApp(person);
      server.clock.advance(601);
      world = await TestOrganizations.of(server);
      const rp = await RelyingParty.register(
        server,
        { scope: 'openid organization', require_second_factor: true },
        browser,
      );
      const step = await ask(rp, undefined);
      expect(asksForCode(step)).toBe(true);
      const choice = await browser.submit(step, { code: await codeOf(server, app) });
      expect(asksForOrganization(choice)).toBe(true);
      const page = await browser.submit(choice, { choice: organization });
      expect(shows.signIn(page)).toBe(true);
      server.clock.advance(60);
      const again = await signIn(browser, page, person);
      const consent = await browser.submit(again, { code: await codeOf(server, app) });
      expect(await allowed(rp, consent)).toMatchObject({ org_id: organization });
    });

    it('holds for devices, also where the organization is chosen after another step', async () => {
      const { person, organization } = await memberOf({ max_sign_in_age: 600 });
      await world.join(await world.create(), person);
      const { app, browser } = await withApp(person);
      server.clock.advance(601);
      const device = await registerDevice(server, {
        scope: 'openid organization',
        require_second_factor: true,
      });
      const codes = await begin(device, 'openid organization');
      const step = await enter(browser, codes.user_code);
      const choice = await browser.submit(step, { code: await codeOf(server, app) });
      expect(shows.signIn(await browser.submit(choice, { choice: organization }))).toBe(true);
    });

    it('does not loosen max_age of the request', async () => {
      const { person, organization } = await memberOf({ max_sign_in_age: 600 });
      const rp = await client(await signedInBrowser(server, person));
      server.clock.advance(120);
      expect(shows.signIn(await ask(rp, organization, { max_age: '60' }))).toBe(true);
      expect(shows.consent(await ask(rp, organization))).toBe(true);
    });
  });

  it('is changed by administrators alone', async () => {
    const organization = await world.create();
    const manager = await AdminCaller.register(server, 'eyrie.groups');
    const path = `/organizations/${organization}`;
    for (const changes of [
      { require_second_factor: false },
      { require_upstream: false },
      { max_sign_in_age: null },
      { upstream: null },
    ])
      expect((await manager.patch(path, changes)).status).toBe(403);
    expect((await manager.patch(path, { display_name: 'Other' })).status).toBe(200);
    expect((await world.admin.patch(path, { max_sign_in_age: 600 })).body).toMatchObject({
      max_sign_in_age: 600,
    });
    expectRefusedField(await world.admin.patch(path, { max_sign_in_age: 59 }), 'max_sign_in_age');
    expectRefusedField(await world.admin.patch(path, { require_upstream: true }), 'require_upstream');
  });
});

describe('An organization that requires a second factor where none can be set up', () => {
  it('is refused', async () => {
    const server = await startServer({ EYRIE_SECOND_FACTORS: 'recovery-code' });
    try {
      const { admin } = await TestOrganizations.of(server);
      const body = { name: 'strict', require_second_factor: true };
      expectRefusedField(await admin.post('/organizations', body), 'require_second_factor');
    } finally {
      await server.stop();
    }
  });
});
