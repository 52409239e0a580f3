import { randomUUID } from 'node:crypto';
import * as openid from 'openid-client';
import { Database } from '../../../src/persistence/database.js';
import { OrganizationConsentsStore } from '../../../src/persistence/stores/organization-consents.store.js';
import { itemsOf } from '../../support/admin-caller.js';
import { details, payment, pays, registerTypes } from '../../support/authorization-details.js';
import { allow, responseOf, TestBrowser } from '../../support/browser.js';
import { begin, reach, registerDevice } from '../../support/device.js';
import { arrive, organizationScope, TestOrganizations } from '../../support/organizations.js';
import { RelyingParty } from '../../support/relying-party.js';
import { messageWriter, useServer } from '../../support/server.js';
import { shows, signedInBrowser } from '../../support/walk.js';

const verifier = 'v'.repeat(43);
const scope = `${messageWriter.scope} organization`;
const allowedTag = 'allowed by your organization';

describe('A client that an administrator allows scopes in place of the members of an organization', () => {
  const server = useServer({ EYRIE_REGISTRATION: 'open' });
  let world: TestOrganizations;

  beforeAll(async () => {
    world = await TestOrganizations.of(server);
  });

  const consent = async (organization: string, rp: RelyingParty, scopes: string): Promise<void> => {
    const answer = await world.admin.put(`/organizations/${organization}/consents/${rp.clientId}`, {
      scope: scopes,
    });
    if (answer.status !== 200) throw new Error(answer.text);
  };
  /** A member of an organization who is signed in, and a client that is allowed these scopes there. */
  async function allowed(scopes: string, registration: object = {}) {
    const { person, organizations } = await world.memberOf(2);
    const [id = '', other = ''] = organizations;
    const browser = await signedInBrowser(server, person);
    const rp = await RelyingParty.register(server, { scope, ...registration }, browser);
    await consent(id, rp, scopes);
    return { person, id, other, rp, asked: (more: string): string => `${more} ${organizationScope(id)}` };
  }
  const open = (rp: RelyingParty, asked: string, more: object = {}) =>
    rp.browser.open(rp.authorizeUrl(verifier, { scope: asked, ...more }));
  const isAsked = async (rp: RelyingParty, asked: string, more: object = {}): Promise<boolean> =>
    shows.consent(await open(rp, asked, more));
  const codeOf = async (rp: RelyingParty, asked: string, more: object = {}): Promise<string | null> =>
    responseOf(await open(rp, asked, more)).get('code');

  it('gets them of a member who acts for it without a consent page, at the first time and with prompt=none', async () => {
    const { id, rp, asked } = await allowed('openid profile offline_access contacts.read');
    const config = await rp.openidClient();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: rp.redirectUri,
      scope: asked('openid offline_access contacts.read'),
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 'state',
      prompt: 'none',
    });
    const page = await rp.browser.open(url.href);
    const tokens = await openid.authorizationCodeGrant(config, new URL(page.url), {
      pkceCodeVerifier: verifier,
      expectedState: 'state',
    });
    expect(tokens.scope).toBe('openid offline_access contacts.read organization');
    expect(tokens.claims()).toMatchObject({ org_id: id });
    expect((await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')).scope).toBe(tokens.scope);
  });

  it('has people signed in, who then go on to it', async () => {
    const { person, asked, rp } = await allowed('openid');
    const elsewhere = RelyingParty.of(
      server,
      { client_id: rp.clientId, client_secret: rp.secret },
      { ...messageWriter, scope },
      new TestBrowser(server.issuer),
    );
    const page = await arrive(
      elsewhere.browser,
      elsewhere.authorizeUrl(verifier, { scope: asked('openid') }),
      person,
    );
    expect(responseOf(page).get('code')).not.toBeNull();
  });

  it('gets them for the organization that the person chooses on the page', async () => {
    const { id, other, rp } = await allowed('openid');
    const chosen = await rp.browser.submit(await open(rp, 'openid organization'), { choice: id });
    expect(responseOf(chosen).get('code')).not.toBeNull();
    expect(
      shows.consent(await rp.browser.submit(await open(rp, 'openid organization'), { choice: other })),
    ).toBe(true);
  });

  it('has the person asked for one scope beyond, on a page that marks what the organization allows', async () => {
    const { rp, asked } = await allowed('openid profile');
    expect(responseOf(await open(rp, asked('openid email'), { prompt: 'none' })).get('error')).toBe(
      'consent_required',
    );
    const page = await open(rp, asked('openid profile email'));
    expect(shows.consent(page)).toBe(true);
    // openid, profile and organization.
    expect(page.html.split(allowedTag)).toHaveLength(4);
    expect(responseOf(await allow(rp.browser, page)).get('code')).not.toBeNull();
  });

  it('gets together what the organization allows and what the person allowed before', async () => {
    const { rp, asked } = await allowed('openid');
    const page = await open(rp, asked('email'));
    expect(
      responseOf(await rp.browser.submit(page, { scope: ['email', 'organization'], decision: 'allow' })).get(
        'code',
      ),
    ).not.toBeNull();
    expect(await codeOf(rp, asked('openid email'), { prompt: 'none' })).not.toBeNull();
    expect(await isAsked(rp, asked('openid email profile'))).toBe(true);
  });

  it('is not looked up in requests without an organization', async () => {
    const { rp, asked } = await allowed('openid');
    const store = server.app.get(OrganizationConsentsStore);
    const original = store.allowedScope.bind(store);
    let lookups = 0;
    store.allowedScope = (key) => {
      lookups++;
      return original(key);
    };
    await open(rp, 'openid');
    expect(lookups).toBe(0);
    await open(rp, asked('openid'));
    store.allowedScope = original;
    expect(lookups).toBe(1);
  });

  it('does not get offline_access that is not named', async () => {
    const { rp, asked } = await allowed('openid');
    expect(await isAsked(rp, asked('openid offline_access'))).toBe(true);
    expect(await codeOf(rp, asked('openid'))).not.toBeNull();
  });

  it('gets nothing by it without an organization, with another one, or of people who are no members', async () => {
    const { person, id, other, rp, asked } = await allowed('openid');
    expect(await isAsked(rp, 'openid')).toBe(true);
    expect(await isAsked(rp, `openid ${organizationScope(other)}`)).toBe(true);
    await world.leave(id, person);
    expect(responseOf(await open(rp, asked('openid'))).get('error')).toBe('access_denied');
    expect(responseOf(await open(rp, asked('openid'), { prompt: 'none' })).get('error')).toBe(
      'access_denied',
    );
    const { person: foreign } = await world.memberOf(1);
    const theirs = RelyingParty.of(
      server,
      { client_id: rp.clientId, client_secret: rp.secret },
      { ...messageWriter, scope },
      await signedInBrowser(server, foreign),
    );
    expect(responseOf(await open(theirs, asked('openid'))).get('error')).toBe('access_denied');
    expect(await isAsked(theirs, 'openid organization')).toBe(true);
  });

  it('gets nothing by it for another client, or while it is disabled', async () => {
    const { rp, asked } = await allowed('openid');
    const another = await RelyingParty.register(server, { scope }, rp.browser);
    expect(await isAsked(another, asked('openid'))).toBe(true);
    await world.admin.post(`/clients/${rp.clientId}/disable`);
    expect((await open(rp, asked('openid'))).status).toBe(400);
    await world.admin.post(`/clients/${rp.clientId}/enable`);
    expect(await codeOf(rp, asked('openid'))).not.toBeNull();
  });

  it('shows the page with prompt=consent, where nothing shows that it is this client, and for authorization details', async () => {
    const { rp, asked } = await allowed('openid');
    expect(await isAsked(rp, asked('openid'), { prompt: 'consent' })).toBe(true);
    const native = await allowed('openid', {
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
    });
    const loopback = { redirect_uri: 'http://127.0.0.1:5000/callback' };
    expect(await isAsked(native.rp, native.asked('openid'), loopback)).toBe(true);
    const silent = await open(native.rp, native.asked('openid'), { ...loopback, prompt: 'none' });
    expect(new URL(silent.url).searchParams.get('error')).toBe('consent_required');
    await registerTypes(server);
    const paying = await allowed('openid', { authorization_details_types: [payment.type] });
    const authorization_details = details(pays());
    expect(await isAsked(paying.rp, paying.asked('openid'), { authorization_details })).toBe(true);
  });

  it('is asked about on the page of a device all the same, which marks what the organization allows', async () => {
    const { person, organizations } = await world.memberOf(1);
    const [id = ''] = organizations;
    const device = await registerDevice(server, { scope: 'openid contacts.read organization' });
    await consent(id, device, 'openid contacts.read');
    const codes = await begin(device, `openid contacts.read ${organizationScope(id)}`);
    const page = await reach(new TestBrowser(server.issuer), codes, person);
    expect(shows.consent(page)).toBe(true);
    expect(page.html.split(allowedTag)).toHaveLength(4);
  });

  it('is in the account of the person, who sees who allowed it and withdraws it; the trail says why nobody was asked', async () => {
    const { person, id, rp, asked } = await allowed('openid offline_access', { client_name: 'Intranet' });
    const { body } = await rp.redeem({
      code: (await codeOf(rp, asked('openid offline_access'))) ?? '',
      verifier,
    });
    const events = itemsOf(await world.admin.get(`/audit-events?client_id=${rp.clientId}&limit=200`));
    expect(events.find(({ event }) => event === 'consent.skipped')).toMatchObject({
      actor: `user:${person.id}`,
      detail: { scope: 'openid offline_access organization', organization: id },
    });
    expect(events.map(({ event }) => event)).not.toContain('consent.given');
    const account = await rp.browser.open('/account');
    expect(account.html).toContain('Intranet');
    expect(account.html.split(allowedTag)).toHaveLength(4);
    expect((await rp.browser.open('/account/activity')).html).toContain(
      'got access, as your organization allows it',
    );
    const withdrawn = await rp.browser.submit(account, { client_id: rp.clientId });
    expect(withdrawn.html).not.toContain(allowedTag);
    expect((await rp.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('has people asked again once it is withdrawn; what it was given goes on until they withdraw it', async () => {
    const { id, rp, asked } = await allowed('openid offline_access');
    const request = asked('openid offline_access');
    const { body } = await rp.redeem({ code: (await codeOf(rp, request)) ?? '', verifier });
    expect((await world.admin.delete(`/organizations/${id}/consents/${rp.clientId}`)).status).toBe(204);
    expect(responseOf(await open(rp, request, { prompt: 'none' })).get('error')).toBe('consent_required');
    expect(await isAsked(rp, request)).toBe(true);
    expect((await rp.refresh(body.refresh_token)).status).toBe(200);
    const account = await rp.browser.open('/account');
    expect(account.html).toContain('allowed by an administrator');
    await rp.browser.submit(account, { client_id: rp.clientId });
    expect((await rp.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('cannot be a client that registered itself, whatever is stored', async () => {
    const registered = await fetch(`${server.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['https://self.example.com/cb'] }),
    });
    const made = (await registered.json()) as { client_id: string; client_secret: string };
    const { client_id: clientId } = made;
    await world.admin.patch(`/clients/${clientId}`, { scope: 'openid organization' });
    const { person, organizations } = await world.memberOf(1);
    const [organizationId = ''] = organizations;
    const refused = await world.admin.put(`/organizations/${organizationId}/consents/${clientId}`, {
      scope: 'openid',
    });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('registered itself');
    const row = { id: randomUUID(), organizationId, clientId, scope: 'openid', givenBy: 'test' };
    const store = server.app.get(OrganizationConsentsStore);
    await server.app.get(Database).write((tx) => store.insert(tx, { ...row, createdAt: 0, updatedAt: 0 }));
    const registration = { redirect_uris: ['https://self.example.com/cb'], scope: 'openid organization' };
    const party = RelyingParty.of(server, made, registration, await signedInBrowser(server, person));
    expect(await isAsked(party, 'openid organization')).toBe(true);
  });
});
