import { responseOf, TestBrowser } from '../../support/browser.js';
import { begin, enter, poll, reach, registerDevice } from '../../support/device.js';
import { asksForOrganization, organizationScope, TestOrganizations } from '../../support/organizations.js';
import { payloadOf, RelyingParty } from '../../support/relying-party.js';
import { contacts, useServer } from '../../support/server.js';
import { shows, walk } from '../../support/walk.js';

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const verifier = 'v'.repeat(43);

describe('An organization', () => {
  const server = useServer();
  let world: TestOrganizations;
  let device: RelyingParty;

  beforeAll(async () => {
    world = await TestOrganizations.of(server);
    device = await registerDevice(server, { scope: 'openid offline_access contacts.read organization' });
  });

  it('that a device names is that of its tokens', async () => {
    const { person, organizations } = await world.memberOf(2);
    const [id = ''] = organizations;
    const codes = await begin(device, `openid ${organizationScope(id)}`);
    const browser = new TestBrowser(server.issuer);
    const page = await reach(browser, codes, person);
    const { display_name } = await world.shown(id);
    expect(page.html).toContain(`Act for the organization ${display_name}`);
    await browser.submit(page, { decision: 'allow' });
    const { body } = await poll(device, codes);
    expect(payloadOf(body.access_token)).toMatchObject({ org_id: id, org_roles: ['member'] });
    expect(payloadOf(body.id_token)).toMatchObject({ org_id: id });
    expect(body.scope).toBe('openid organization');
  });

  it('is chosen by the person if the device names none', async () => {
    const { person, organizations } = await world.memberOf(2);
    const codes = await begin(device, 'openid organization');
    const browser = new TestBrowser(server.issuer);
    const page = await reach(browser, codes, person);
    expect(asksForOrganization(page)).toBe(true);
    const [, id = ''] = organizations;
    const question = await browser.submit(page, { choice: id });
    expect(shows.consent(question)).toBe(true);
    await browser.submit(question, { decision: 'allow' });
    expect(payloadOf((await poll(device, codes)).body.access_token)).toMatchObject({ org_id: id });
  });

  it('of somebody else is refused on the page of the device, which waits on', async () => {
    const { person } = await world.memberOf(1);
    const foreign = await world.create();
    for (const scope of [organizationScope(foreign), 'organization']) {
      const codes = await begin(device, `openid ${scope}`);
      const stranger = scope === 'organization' ? await world.person() : person;
      const page = await reach(new TestBrowser(server.issuer), codes, stranger);
      expect(page.status).toBe(403);
      expect(page.html).toContain('access_denied');
      expect((await poll(device, codes)).body.error).toBe('authorization_pending');
    }
  });

  it('ends the device code and the tokens of a device with the membership', async () => {
    const { person, organizations } = await world.memberOf(1);
    const [id = ''] = organizations;
    const codes = await begin(device, 'openid organization');
    const browser = new TestBrowser(server.issuer);
    await browser.submit(await reach(browser, codes, person), { decision: 'allow' });
    await world.leave(id, person);
    expect((await poll(device, codes)).body.error).toBe('invalid_grant');
    const again = await begin(device, 'openid organization');
    expect((await enter(browser, again.user_code)).status).toBe(403);
  });

  it('stays that of the grant in an exchanged token, and cannot be asked for there', async () => {
    const { person, organizations } = await world.memberOf(2);
    const [id = '', other = ''] = organizations;
    const writer = await RelyingParty.register(server, { scope: 'openid contacts.read organization' });
    const gateway = await RelyingParty.register(server, {
      grant_types: [exchangeGrant],
      redirect_uris: [],
      token_exchange_clients: [writer.clientId],
      token_exchange_resources: [contacts.identifier],
      introspection_resources: [contacts.identifier],
      scope: 'contacts.read organization',
    });
    const asked = `openid contacts.read ${organizationScope(id)}`;
    const page = await walk(writer.browser, writer.authorizeUrl(verifier, { scope: asked }), person);
    const code = responseOf(page).get('code') ?? '';
    const { access_token } = (await writer.redeem({ code, verifier })).body;
    const exchange = (fields: Record<string, string> = {}) =>
      gateway.token({
        grant_type: exchangeGrant,
        subject_token: access_token,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        ...fields,
      });
    const exchanged = await exchange();
    expect(payloadOf(exchanged.body.access_token)).toMatchObject({
      scope: 'contacts.read',
      org_id: id,
      org_roles: ['member'],
    });
    for (const scope of ['organization', organizationScope(id), organizationScope(other)])
      expect((await exchange({ scope })).body.error).toBe('invalid_scope');
    await world.leave(id, person);
    expect((await gateway.introspect(exchanged.body.access_token)).body).toEqual({ active: false });
    expect((await exchange()).status).toBe(400);
  });
});
