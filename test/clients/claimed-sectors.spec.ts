import type { Registration } from '../../src/clients/client-registration.js';
import { TestBrowser } from '../support/browser.js';
import { allow, begin, deviceCode, poll } from '../support/device.js';
import { type Registered, send } from '../support/dynamic-registration.js';
import { type KeyHost, startKeyHost } from '../support/key-host.js';
import { expectRefusal, payloadOf, RelyingParty } from '../support/relying-party.js';
import { alice, startServer, type TestServer } from '../support/server.js';

const siteUri = 'https://site.example.com/callback';
const appUri = 'com.example.site:/callback';
const pairwise = { subject_type: 'pairwise' };
const scope = 'openid offline_access';

describe('F3 pairwise subjects of a client that registered itself', () => {
  let server: TestServer;
  let host: KeyHost;
  let browser: TestBrowser;
  /** Alice's subject for the site, and for those who share its sector document. */
  let siteSubject: unknown;
  let sharedSubject: unknown;

  const subjectOf = async (party: RelyingParty): Promise<unknown> =>
    payloadOf((await party.tokens()).id_token).sub;

  async function registerItself(registration: Registration): Promise<[RelyingParty, Registered]> {
    const full = { ...pairwise, scope, redirect_uris: [siteUri], ...registration };
    const answer = await send(server, 'POST', '/register', full);
    expect(answer.status).toBe(201);
    const registered = answer.body as Registered;
    return [RelyingParty.of(server, registered, full, browser), registered];
  }

  const change = async (registered: Registered, registration: Registration): Promise<void> => {
    const { client_id, registration_access_token: token } = registered;
    const body = { client_id, ...pairwise, scope, ...registration };
    const answer = await send(server, 'PUT', `/register/${client_id}`, body, token);
    expect(answer.status).toBe(200);
  };

  async function deviceSubject(party: RelyingParty): Promise<unknown> {
    const codes = await begin(party, scope);
    await allow(browser, codes);
    return payloadOf((await poll(party, codes)).body.id_token).sub;
  }

  beforeAll(async () => {
    host = await startKeyHost();
    host.documents.set('/sector', [siteUri, appUri, 'http://127.0.0.1/callback']);
    server = await startServer({
      EYRIE_OUTBOUND_ALLOW: host.host,
      EYRIE_REGISTRATION: 'open',
      EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: '1000',
    });
    await server.createUser(alice);
    browser = new TestBrowser(server.issuer);
    const site = await RelyingParty.register(server, { ...pairwise, redirect_uris: [siteUri] }, browser);
    siteSubject = await subjectOf(site);
    const shared = { ...pairwise, redirect_uris: [siteUri], sector_identifier_uri: host.url('/sector') };
    sharedSubject = await subjectOf(await RelyingParty.register(server, shared, browser));
  });
  afterAll(async () => {
    await server.stop();
    await host.stop();
  });

  it('are those of its host if it can receive them nowhere else', async () => {
    const [party] = await registerItself({ backchannel_logout_uri: 'https://site.example.com/logout' });
    expect(await subjectOf(party)).toBe(siteSubject);
    const [sharing] = await registerItself({ sector_identifier_uri: host.url('/sector') });
    expect(await subjectOf(sharing)).toBe(sharedSubject);
  });

  it('are its own if it may use the device grant, with the redirection URIs or the sector document of another party', async () => {
    const grant_types = ['authorization_code', deviceCode, 'refresh_token'];
    const [claiming] = await registerItself({ grant_types });
    const own = await deviceSubject(claiming);
    expect(own).toMatch(/^[\w-]{43}$/);
    expect(own).not.toBe(siteSubject);
    expect(await subjectOf(claiming)).toBe(own);
    for (const redirect_uris of [[siteUri], []]) {
      const sector_identifier_uri = host.url('/sector');
      const grants = redirect_uris.length > 0 ? grant_types : [deviceCode];
      const [party] = await registerItself({ grant_types: grants, redirect_uris, sector_identifier_uri });
      const subject = await deviceSubject(party);
      expect(subject).toMatch(/^[\w-]{43}$/);
      expect([siteSubject, sharedSubject, own]).not.toContain(subject);
    }
  });

  it('are its own if logout tokens go to another host', async () => {
    const [party] = await registerItself({ backchannel_logout_uri: 'https://elsewhere.example.com/logout' });
    expect(await subjectOf(party)).not.toBe(siteSubject);
  });

  it.each([
    ['an application', appUri],
    ['an application whose URI has the host of a site', 'com.example.site://site.example.com/callback'],
    ['loopback', 'http://127.0.0.1/callback'],
  ])('are its own if a redirection URI leads to %s', async (_title, uri) => {
    const sector_identifier_uri = uri.includes('://site') ? undefined : host.url('/sector');
    const native = { application_type: 'native', redirect_uris: [uri], sector_identifier_uri };
    const [[one], [other]] = [await registerItself(native), await registerItself(native)];
    const subjects = [await subjectOf(one), await subjectOf(other)];
    expect(subjects[0]).toMatch(/^[\w-]{43}$/);
    expect(subjects[0]).not.toBe(subjects[1]);
    expect([siteSubject, sharedSubject]).not.toContain(subjects[0]);
  });

  it('do not come to it by a change of its redirection URIs or grant types: its grants end', async () => {
    const grant_types = ['authorization_code', 'refresh_token'];
    const elsewhere = ['https://elsewhere.example.com/callback'];
    const [moving, registered] = await registerItself({ grant_types, redirect_uris: elsewhere });
    const tokens = await moving.tokens();
    const pending = await moving.authorize();
    await change(registered, { grant_types, redirect_uris: elsewhere, client_name: 'Renamed' });
    expect((await moving.userinfo(tokens.access_token)).status).toBe(200);
    await change(registered, { grant_types, redirect_uris: [siteUri] });
    expectRefusal(await moving.refresh(tokens.refresh_token), 400, 'invalid_grant');
    expectRefusal(await moving.redeem(pending), 400, 'invalid_grant');
    expect((await moving.userinfo(tokens.access_token)).status).toBe(401);

    const [device, itself] = await registerItself({ grant_types: [...grant_types, deviceCode] });
    const codes = await begin(device, scope);
    await allow(browser, codes);
    const granted = (await poll(device, codes)).body;
    await change(itself, { grant_types, redirect_uris: [siteUri] });
    expectRefusal(await device.refresh(granted.refresh_token), 400, 'invalid_grant');
  });

  it('B4 a code whose redirection URI is not registered any more is refused', async () => {
    const redirect_uris = [siteUri, 'https://site.example.com/former'];
    const [party, registered] = await registerItself({ redirect_uris });
    const former = await party.authorize({ redirect_uri: redirect_uris[1] });
    await change(registered, { redirect_uris: [siteUri] });
    const answer = await party.redeem(former, { redirect_uri: redirect_uris[1] });
    expectRefusal(answer, 400, 'invalid_grant');
  });
});
