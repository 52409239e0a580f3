import { DetailTypeRegistration } from '../../../src/resource/authorization-details/detail-type-registration.js';
import { AdminCaller } from '../../support/admin-caller.js';
import {
  contactList,
  details,
  lists,
  payment,
  pays,
  registerTypes,
} from '../../support/authorization-details.js';
import { responseOf, type TestBrowser } from '../../support/browser.js';
import { allow, begin, deviceCode, poll, reach, registerDevice } from '../../support/device.js';
import { expectRefusal, payloadOf, RelyingParty } from '../../support/relying-party.js';
import { putResource, mail } from '../../support/resources.js';
import { alice, contacts, useServer } from '../../support/server.js';
import { shows, signedInBrowser } from '../../support/walk.js';

const scope = 'openid offline_access contacts.read';
const types = [payment.type, contactList.type];
const exchangeType = 'urn:ietf:params:oauth:grant-type:token-exchange';

describe('H4 granted authorization details', () => {
  const server = useServer({}, { users: [alice] });
  let browser: TestBrowser;
  let party: RelyingParty;
  const register = (changes: object = {}): Promise<RelyingParty> =>
    RelyingParty.register(server, { scope, authorization_details_types: types, ...changes }, browser);

  beforeAll(async () => {
    await putResource(server, mail);
    await registerTypes(server);
    browser = await signedInBrowser(server);
    party = await register();
  });

  const open = (
    client: RelyingParty,
    parameters: Record<string, string>,
  ): Promise<{ url: string; html: string }> => browser.open(client.authorizeUrl('v'.repeat(43), parameters));
  const silent = async (client: RelyingParty, value: string): Promise<string | null> => {
    const page = await browser.open(
      client.authorizeUrl('v'.repeat(43), { prompt: 'none', authorization_details: value }),
    );
    return responseOf(page).get('error');
  };

  it('are remembered: the same is not asked again, whatever the order of its members, and anything else is', async () => {
    const client = await register();
    await client.authorize({ authorization_details: details(pays()) });
    const reordered = Object.fromEntries(Object.entries(pays()).toReversed());
    expect(await silent(client, details(reordered))).toBeNull();
    for (const another of [
      pays({ instructedAmount: { currency: 'EUR', amount: '123.51' } }),
      pays({ actions: ['initiate'] }),
      pays({ actions: ['status', 'initiate'] }),
      lists(),
    ])
      expect(await silent(client, details(another))).toBe('consent_required');
    await client.authorize({ authorization_details: details(lists()) });
    expect(await silent(client, details(lists(), pays()))).toBeNull();
  });

  it('are asked for although an administrator trusts the client with scopes', async () => {
    const client = await register({ skip_consent: true });
    expect(await silent(client, '')).toBeNull();
    expect(await silent(client, details(pays()))).toBe('consent_required');
    await client.authorize({ authorization_details: details(pays()) });
    expect(await silent(client, details(pays()))).toBeNull();
  });

  it('are not granted if the person denies, and nothing is remembered', async () => {
    const client = await register();
    const page = await browser.open(
      client.authorizeUrl('v'.repeat(43), { authorization_details: details(pays()) }),
    );
    const answer = responseOf(await browser.submit(page, { decision: 'deny' }));
    expect(answer.get('error')).toBe('access_denied');
    expect(await silent(client, details(pays()))).toBe('consent_required');
  });

  it('are granted although all scopes are refused', async () => {
    const client = await register({ scope: 'contacts.read' });
    const page = await browser.open(
      client.authorizeUrl('v'.repeat(43), { authorization_details: details(pays()) }),
    );
    const code = responseOf(await browser.submit(page, { decision: 'allow', scope: [] })).get('code');
    const answer = await client.redeem({ code: code ?? '', verifier: 'v'.repeat(43) });
    expect([answer.status, answer.body.scope]).toEqual([200, undefined]);
    expect(answer.body['authorization_details']).toEqual([pays()]);
  });

  it('are shown without a chance to mislead: markup is escaped, directions are isolated, all members are there', async () => {
    const hidden = pays({
      creditorName: '<img src=x onerror=alert(1)>\u202Egnp.exe',
      remittanceInformation: 'a\u0007b',
    });
    const { html } = await open(party, { authorization_details: details(hidden) });
    expect(html).not.toContain('<img src=x');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;\uFFFDgnp.exe');
    expect(html).toContain('a\uFFFDb');
    expect(html).toContain('remittanceInformation');
  });

  it('are on the account page, in the admin API and in the timeline, in the words that were shown', async () => {
    const client = await register({ client_name: 'PaymentMaker' });
    const tokens = await client.tokens({ authorization_details: details(pays()) });
    const account = (await browser.open('/account')).html.replaceAll(/<[^>]*>/g, '');
    expect(account).toContain('Transfer 123.50 EUR to Merchant A');
    const admin = await AdminCaller.register(server);
    const id = String(payloadOf(tokens.access_token)['grant_id']);
    expect((await admin.get(`/grants/${id}`)).body['authorization_details']).toEqual([pays()]);
    const timeline = JSON.stringify((await admin.get(`/grants/${id}/timeline`)).body);
    expect(timeline).toContain('A payment: Transfer 123.50 EUR to Merchant A');
    const download = await browser.open('/account/data');
    expect(download.status).toBe(200);
  });

  it('are withdrawn with the consent', async () => {
    const client = await register();
    const tokens = await client.tokens({ authorization_details: details(pays()) });
    const admin = await AdminCaller.register(server);
    await admin.delete(`/grants?client_id=${client.clientId}`);
    expect((await client.introspect(tokens.access_token)).body).toEqual({ active: false });
    expect(await silent(client, details(pays()))).toBe('consent_required');
  });

  it('may be narrowed at the code exchange, for that token alone', async () => {
    const authorized = await party.authorize({ authorization_details: details(pays(), lists()) });
    const first = await party.redeem(authorized, { authorization_details: details(lists()) });
    expect(first.body['authorization_details']).toEqual([lists()]);
    const next = await party.refresh(first.body.refresh_token);
    expect(next.body['authorization_details']).toEqual([pays(), lists()]);
  });

  it('of a type that the client lost, or that is gone, are left out of new tokens', async () => {
    const temporary = { ...payment, type: 'temporary' };
    await registerTypes(server, [temporary]);
    const client = await register({ authorization_details_types: [temporary.type, contactList.type] });
    const both = details(pays({ type: temporary.type }), lists());
    const tokens = await client.tokens({ authorization_details: both });
    const admin = await AdminCaller.register(server);
    const foreseen = await admin.delete(`/authorization-details-types/${temporary.type}?dry_run=true`);
    expect(foreseen.body).toMatchObject({ grants: 0, narrowed_grants: 1, people: 1, clients: 1 });
    await server.app.get(DetailTypeRegistration).delete(temporary.type, 'test');
    const refreshed = await client.refresh(tokens.refresh_token);
    expect(refreshed.body['authorization_details']).toEqual([lists()]);
    await admin.patch(`/clients/${client.clientId}`, { authorization_details_types: [] });
    const without = await client.refresh(refreshed.body.refresh_token);
    expect(without.status).toBe(200);
    expect(without.body).not.toHaveProperty('authorization_details');
  });

  it('a grant of details alone ends with its type', async () => {
    const temporary = { ...contactList, type: 'short-lived' };
    await registerTypes(server, [temporary]);
    const client = await register({ authorization_details_types: [temporary.type] });
    const value = details(lists({ type: temporary.type }));
    const tokens = await client.tokens({ scope: undefined, authorization_details: value });
    expect(tokens.refresh_token).toBeDefined();
    await server.app.get(DetailTypeRegistration).delete(temporary.type, 'test');
    expectRefusal(await client.refresh(tokens.refresh_token), 400, 'invalid_grant');
  });

  it('of a type that is deleted are not those of a later type of the same name, nor of one that moves to another API', async () => {
    const temporary = { ...payment, type: 'comes-again' };
    await registerTypes(server, [temporary]);
    const client = await register({ authorization_details_types: [temporary.type, contactList.type] });
    const value = details(pays({ type: temporary.type }), lists());
    const tokens = await client.tokens({ authorization_details: value });
    expect(await silent(client, value)).toBeNull();
    await server.app.get(DetailTypeRegistration).delete(temporary.type, 'test');
    await registerTypes(server, [temporary]);
    const { body } = await client.refresh(tokens.refresh_token);
    expect(body['authorization_details']).toEqual([lists()]);
    expect(await silent(client, value)).toBe('consent_required');

    const again = await client.tokens({ authorization_details: value });
    const elsewhere = { ...temporary, resource: contacts.identifier };
    await server.app.get(DetailTypeRegistration).put(elsewhere, 'test');
    const moved = await client.refresh(again.refresh_token);
    expect(moved.body['authorization_details']).toEqual([lists()]);
  });

  it('a grant of details stays when the last of its scopes goes', async () => {
    const identifier = 'https://short.example.com';
    const admin = await AdminCaller.register(server);
    await admin.put('/resources', { identifier, name: 'Short', scopes: { 'short.read': 'Read' } });
    const client = await register({ scope: 'short.read', authorization_details_types: [contactList.type] });
    const tokens = await client.tokens({ scope: 'short.read', authorization_details: details(lists()) });
    await admin.delete(`/resources/${encodeURIComponent(identifier)}`);
    const { status, body } = await client.refresh(tokens.refresh_token);
    expect([status, body['authorization_details']]).toEqual([200, [lists()]]);
  });

  it('of which a schema asks more now are left out', async () => {
    const strict = { ...contactList, type: 'changing' };
    await registerTypes(server, [strict]);
    const client = await register({ authorization_details_types: [strict.type] });
    const tokens = await client.tokens({ authorization_details: details(lists({ type: strict.type })) });
    const schema = { ...strict.schema, required: ['identifier', 'actions'] };
    await server.app.get(DetailTypeRegistration).put({ ...strict, schema }, 'test');
    const { body } = await client.refresh(tokens.refresh_token);
    expect(body).not.toHaveProperty('authorization_details');
  });

  describe('introspection', () => {
    it.each(['jwt', 'opaque'])('shows each resource server its own (%s)', async (access_token_format) => {
      const client = await register({ access_token_format });
      const elsewhere = pays({ locations: ['https://bank.example.com/payments'] });
      const tokens = await client.tokens({ authorization_details: details(lists(), elsewhere, pays()) });
      const server1 = await register({ introspection_resources: [contacts.identifier] });
      const seen = (await server1.introspect(tokens.access_token)).body['authorization_details'];
      expect(seen).toEqual([lists(), pays()]);
      const own = (await client.introspect(tokens.access_token)).body['authorization_details'];
      expect(own).toEqual([lists(), elsewhere, pays()]);
      const refresh = (await client.introspect(tokens.refresh_token)).body['authorization_details'];
      expect(refresh).toEqual([lists(), elsewhere, pays()]);
    });
  });

  describe('a device', () => {
    it('asks for them, the person sees them, and its tokens have them', async () => {
      const device = await registerDevice(server, { authorization_details_types: types });
      const value = details(pays());
      const answer = await device.authenticated('/device_authorization', {
        scope: 'contacts.read',
        authorization_details: value,
      });
      const codes = answer.body as unknown as Awaited<ReturnType<typeof begin>>;
      const page = await reach(browser, codes);
      expect(page.html.replaceAll(/<[^>]*>/g, '')).toContain('Transfer 123.50 EUR to Merchant A');
      await browser.submit(page, { decision: 'allow' });
      const wider = await device.token({
        grant_type: deviceCode,
        device_code: codes.device_code,
        authorization_details: details(pays({ creditorName: 'Mallory' })),
      });
      expectRefusal(wider, 400, 'invalid_authorization_details');
      expect((await poll(device, codes)).body['authorization_details']).toEqual([pays()]);
    });

    it('without them is as before', async () => {
      const device = await registerDevice(server, { authorization_details_types: types });
      const codes = await begin(device, 'contacts.read');
      await allow(browser, codes);
      expect((await poll(device, codes)).body).not.toHaveProperty('authorization_details');
    });
  });

  describe('a client that acts for itself', () => {
    it.each(['jwt', 'opaque'])('gets those that may be had without a resource owner (%s)', async (format) => {
      const service = await RelyingParty.register(server, {
        grant_types: ['client_credentials'],
        redirect_uris: [],
        scope: '',
        access_token_format: format,
        authorization_details_types: types,
      });
      const asked = { grant_type: 'client_credentials', authorization_details: details(lists()) };
      const { body } = await service.token(asked);
      expect(body['authorization_details']).toEqual([lists()]);
      expect((await service.introspect(body.access_token)).body).toMatchObject({
        aud: contacts.identifier,
        authorization_details: [lists()],
      });
      const plain = await service.token({ grant_type: 'client_credentials' });
      expect(plain.body).not.toHaveProperty('authorization_details');
    });
  });

  describe('token exchange', () => {
    it('hands on no more than the subject token has, and no type of which the actor does not know', async () => {
      const gateway = (authorization_details_types: string[]): Promise<RelyingParty> =>
        RelyingParty.register(server, {
          grant_types: [exchangeType],
          redirect_uris: [],
          scope: 'contacts.read',
          introspection_resources: [contacts.identifier],
          token_exchange_clients: [party.clientId],
          token_exchange_resources: [contacts.identifier],
          authorization_details_types,
        });
      const exchange = (by: RelyingParty, token: string, value?: string): ReturnType<RelyingParty['token']> =>
        by.token({
          grant_type: exchangeType,
          subject_token: token,
          subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          authorization_details: value,
        });
      const authorized = await party.authorize({ authorization_details: details(lists(), pays()) });
      const narrowed = { authorization_details: details(lists()) };
      const { access_token } = (await party.redeem(authorized, narrowed)).body;
      const knowing = await gateway(types);
      expect((await exchange(knowing, access_token)).body['authorization_details']).toEqual([lists()]);
      expect((await exchange(await gateway([]), access_token)).body).not.toHaveProperty(
        'authorization_details',
      );
      // The grant has the payment, the subject token does not.
      for (const value of [details(pays()), details(lists({ identifier: 'family' }))])
        expectRefusal(await exchange(knowing, access_token, value), 400, 'invalid_authorization_details');
    });
  });

  it('shows the page with the details alone, without an empty list of scopes', async () => {
    const url = party.authorizeUrl('v'.repeat(43), {
      scope: undefined,
      authorization_details: details(pays({ creditorName: 'Merchant B' })),
    });
    const page = await browser.open(url);
    expect(shows.consent(page)).toBe(true);
    expect(page.html).not.toContain('<fieldset class="scopes">');
  });
});
