import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';
import { allow, signIn } from '../support/browser.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

const verifier = 'v'.repeat(43);
const carl = { username: 'carl', password: 'the keys of the house' };

describe('A client with skip_consent', () => {
  const server = useServer({ EYRIE_REGISTRATION: 'open' });
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    await server.createUser({ ...alice, administrator: true });
    await server.createUser({ ...carl, admin_roles: ['client_manager'] });
  });

  const registered = async (fields: object = {}): Promise<RelyingParty> =>
    RelyingParty.register(server, { skip_consent: true, ...fields }, await signedInBrowser(server));
  const leadsToCode = async (party: RelyingParty, parameters = {}): Promise<boolean> =>
    new URL((await party.browser.open(party.authorizeUrl(verifier, parameters))).url).searchParams.has(
      'code',
    );

  it('has people signed in, and does not ask them for consent', async () => {
    const party = await RelyingParty.register(server, { skip_consent: true });
    const page = await party.browser.open(party.authorizeUrl(verifier));
    expect(shows.signIn(page)).toBe(true);
    const after = await signIn(party.browser, page, alice);
    const code = new URL(after.url).searchParams.get('code') ?? '';
    expect((await party.redeem({ code, verifier })).body.scope).toBe(
      'openid profile email offline_access contacts.read',
    );
  });

  it('answers prompt=none at the first time', async () => {
    expect(await leadsToCode(await registered(), { prompt: 'none' })).toBe(true);
    expect(await leadsToCode(await registered({ skip_consent: false }), { prompt: 'none' })).toBe(false);
  });

  it('asks with prompt=consent, and for rights over this server', async () => {
    const party = await registered();
    expect(shows.consent(await party.browser.open(party.authorizeUrl(verifier, { prompt: 'consent' })))).toBe(
      true,
    );
    const console = await registered({ scope: 'openid eyrie.users' });
    expect(shows.consent(await console.browser.open(console.authorizeUrl(verifier)))).toBe(true);
  });

  it('asks where nothing shows that it is this client: at a native application', async () => {
    const native = await registered({
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
    });
    const url = native.authorizeUrl(verifier, { redirect_uri: 'http://127.0.0.1:5000/callback' });
    expect(shows.consent(await native.browser.open(url))).toBe(true);
  });

  it('is in the account of the person, who withdraws what it has; the trail says why nobody was asked', async () => {
    const party = await registered({ client_name: 'Intranet' });
    const code = new URL((await party.browser.open(party.authorizeUrl(verifier))).url).searchParams.get(
      'code',
    );
    const { body } = await party.redeem({ code: code ?? '', verifier });
    const events = itemsOf(await admin.get(`/audit-events?client_id=${party.clientId}&limit=200`));
    expect(events.map(({ event }) => event)).toContain('consent.skipped');
    expect(events.map(({ event }) => event)).not.toContain('consent.given');

    const account = await party.browser.open('/account');
    expect(account.html).toContain('Intranet');
    expect((await party.browser.open('/account/activity')).html).toContain(
      'got access, as an administrator trusts it',
    );
    const userId = itemsOf(await admin.get('/users?username=alice'))[0]!['id'] as string;
    await admin.delete(`/grants?user_id=${userId}&client_id=${party.clientId}`);
    expect((await party.refresh(body.refresh_token)).status).toBe(400);
    expect(await leadsToCode(party)).toBe(true);
  });

  it('asks for what it got without a question, once it is trusted no more; it is still in the account', async () => {
    const party = await registered({ client_name: 'Old intranet' });
    expect(await leadsToCode(party)).toBe(true);
    await admin.patch(`/clients/${party.clientId}`, { skip_consent: false });
    expect((await party.browser.open('/account')).html).toContain('Old intranet');
    const asked = await party.browser.open(party.authorizeUrl(verifier));
    expect(shows.consent(asked)).toBe(true);
    await allow(party.browser, asked);
    expect(await leadsToCode(party)).toBe(true);
  });

  it('is made by no client manager, and changed by none', async () => {
    const console = await RelyingParty.register(server, {
      token_endpoint_auth_method: 'none',
      scope: 'openid eyrie.admin',
    });
    const { body } = await console.redeem(await console.authorize({}, carl));
    const manager = admin.withToken(body.access_token);
    const metadata = {
      client_id: 'theirs',
      redirect_uris: ['https://theirs.example.com/cb'],
      scope: 'openid',
    };
    expect((await manager.post('/clients', { ...metadata, skip_consent: true })).status).toBe(403);
    const asking = { grant_types: ['urn:openid:params:grant-type:ciba'] };
    expect((await manager.post('/clients', { ...metadata, ...asking })).status).toBe(403);
    expect(
      (await manager.post('/clients', { ...metadata, backchannel_token_delivery_mode: 'poll' })).status,
    ).toBe(403);
    expect((await manager.post('/clients', metadata)).status).toBe(201);
    expect((await manager.patch('/clients/theirs', asking)).status).toBe(403);
    expect((await manager.patch('/clients/theirs', { skip_consent: true })).status).toBe(403);
    expect((await admin.patch('/clients/theirs', { skip_consent: true })).status).toBe(200);
    const elsewhere = { redirect_uris: ['https://elsewhere.example.com/cb'] };
    expect((await manager.patch('/clients/theirs', elsewhere)).status).toBe(403);
    expectRefusedField(await admin.patch('/clients/theirs', { skip_consent: 'yes' }), 'skip_consent');
  });

  it('is none that registered itself, even if an administrator says so', async () => {
    const response = await fetch(`${server.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['https://self.example.com/cb'], skip_consent: true }),
    });
    const made = (await response.json()) as { client_id: string; client_secret: string };
    expect({ status: response.status, made }).toMatchObject({ status: 201 });
    expect(made).not.toHaveProperty('skip_consent', true);
    await admin.patch(`/clients/${made.client_id}`, { skip_consent: true });
    const registration = { redirect_uris: ['https://self.example.com/cb'], scope: 'openid' };
    const party = RelyingParty.of(server, made, registration, await signedInBrowser(server));
    expect(shows.consent(await party.browser.open(party.authorizeUrl(verifier)))).toBe(true);
  });
});
