import { Database } from '../../../../src/persistence/database.js';
import { TestBrowser } from '../../../support/browser.js';
import { isSignedIn } from '../../../support/logout.js';
import { deliver, verified } from '../../../support/logout-deliveries.js';
import { LogoutReceiver } from '../../../support/logout-receiver.js';
import { payloadOf, RelyingParty } from '../../../support/relying-party.js';
import {
  encryptedId,
  postResponse,
  type SamlAnswer,
  SamlIdentityProvider,
  samlMembers,
} from '../../../support/saml-idp.js';
import {
  bring,
  type Bringing,
  type LogoutMessage,
  logoutRequestXml,
  ourCertificate,
  readOurs,
  readOursPosted,
  signedQuery,
  sloUrl,
} from '../../../support/saml-logout.js';
import { startServer, useServer } from '../../../support/server.js';
import { goTo, registerUpstream } from '../../../support/upstream.js';

const provider = await SamlIdentityProvider.start();
const receiver = await LogoutReceiver.start();
afterAll(() => receiver.stop());

const members = { ...samlMembers(provider.signing), slo_url: sloUrl };

describe('Single logout from a SAML upstream', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_ANONYMOUS_REQUESTS: '1000' });
  beforeEach(async () => {
    receiver.take();
    await registerUpstream(server, { issuer: '' }, members);
  });

  const signedIn = async (answer: SamlAnswer): Promise<TestBrowser> => {
    const browser = new TestBrowser(server.issuer);
    const url = await goTo(browser, await browser.open('/login'));
    const { headers } = await postResponse(url, provider.answer(url, answer));
    await browser.open(headers.get('location') ?? '');
    expect(await isSignedIn(browser)).toBe(true);
    return browser;
  };
  const logout = (
    message: LogoutMessage,
    bringing: Bringing = 'redirect',
    relayState = 'back to you',
  ): Promise<Response> =>
    bring(server.issuer, 'SAMLRequest', logoutRequestXml(server, message), {
      by: provider.signing,
      bringing,
      relayState,
    });

  it.each(['redirect', 'post'] as const)(
    'by %s ends the session with that index, no other, and answers with a signed response',
    async (bringing) => {
      const named = (index: string): SamlAnswer => ({ nameId: `ada-${bringing}`, sessionIndex: index });
      const first = await signedIn(named('_1'));
      const second = await signedIn(named('_2'));
      const other = await signedIn({ nameId: `bea-${bringing}`, sessionIndex: '_1' });
      const id = `_request-${bringing}`;
      const response = await logout({ id, nameId: `ada-${bringing}`, sessions: ['_1'] }, bringing);

      expect(response.status).toBe(303);
      const answer = await readOurs(server, response.headers.get('location') ?? '');
      expect(answer).toMatchObject({ to: sloUrl, relayState: 'back to you' });
      expect(answer.xml).toContain(`Destination="${sloUrl}"`);
      expect(answer.xml).toContain(`InResponseTo="${id}"`);
      expect(answer.xml).toContain('status:Success');
      expect(answer.xml).toContain(`>${server.issuer}/upstream/acme/metadata</saml:Issuer>`);
      expect(await Promise.all([first, second, other].map(isSignedIn))).toEqual([false, true, true]);
    },
  );

  it.each([
    ['without an index ends all sessions of the person', [], [false, false]],
    ['with two indexes ends both', ['_1', '_2'], [false, false]],
    ['with an index that is not known here ends none', ['_3'], [true, true]],
  ])('%s', async (title, sessions, remain) => {
    const nameId = `cleo ${title}`;
    const first = await signedIn({ nameId, sessionIndex: '_1' });
    const second = await signedIn({ nameId, sessionIndex: '_2' });
    expect((await logout({ nameId, sessions })).status).toBe(303);

    expect(await Promise.all([first, second].map(isSignedIn))).toEqual(remain);
  });

  it('ends a session that has no index with any session of the person', async () => {
    const browser = await signedIn({ nameId: 'fay' });
    await logout({ nameId: 'fay', sessions: ['_7'] });

    expect(await isSignedIn(browser)).toBe(false);
  });

  it('does not end a session of somebody else with the same index, or with a name of another format', async () => {
    const browser = await signedIn({ nameId: 'gil', sessionIndex: '_1' });
    await logout({ nameId: 'not gil', sessions: ['_1'] });
    await logout({ nameId: 'gil', format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' });
    expect(await isSignedIn(browser)).toBe(true);
    // Without a format it is the one that was asked for.
    await logout({ nameId: 'gil', format: null });

    expect(await isSignedIn(browser)).toBe(false);
  });

  it('may name the person encrypted', async () => {
    const browser = await signedIn({ nameId: 'ina', sessionIndex: '_1' });
    const xml = await encryptedId(logoutRequestXml(server, { nameId: 'ina' }), await ourCertificate(server));
    expect(xml).not.toContain('>ina<');
    const response = await bring(server.issuer, 'SAMLRequest', xml, {
      by: provider.signing,
      bringing: 'post',
    });

    expect(response.status).toBe(303);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('ends it as a sign-out does: clients are notified, and grants that are bound to it are revoked', async () => {
    const browser = await signedIn({ nameId: 'hana', sessionIndex: '_1' });
    const client = await RelyingParty.register(
      server,
      { scope: 'openid contacts.read', backchannel_logout_uri: receiver.uri('/online') },
      browser,
    );
    const tokens = await client.tokens();
    await logout({ nameId: 'hana', sessions: ['_1'] });
    await deliver(server);

    const [received, ...more] = receiver.take();
    expect(more).toEqual([]);
    expect((await verified(server, received, client.clientId))['sid']).toBe(payloadOf(tokens.id_token).sid);
    expect((await client.introspect(tokens.access_token)).body).toEqual({ active: false });
    const [ended] = await server.app
      .get(Database)
      .query<object>("SELECT actor FROM audit_events WHERE event = 'session.ended' ORDER BY id DESC", []);
    expect(ended).toEqual({ actor: 'upstream:acme' });
  });

  it('takes the cookie of a browser that brings it', async () => {
    const browser = await signedIn({ nameId: 'kai' });
    const xml = logoutRequestXml(server, { nameId: 'kai' });
    const before = browser.cookies.size;
    await browser.send(`/upstream/acme/slo?${signedQuery('SAMLRequest', xml, { by: provider.signing })}`);

    expect(browser.cookies.size).toBeLessThan(before);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('does not let a response of before, for which the browser comes only afterwards, become a session', async () => {
    const browser = new TestBrowser(server.issuer);
    const url = await goTo(browser, await browser.open('/login'));
    const { headers } = await postResponse(url, provider.answer(url, { nameId: 'lou', sessionIndex: '_1' }));
    await logout({ nameId: 'lou', sessions: ['_1'] });
    server.clock.advance(5);
    await browser.open(headers.get('location') ?? '');

    expect(await isSignedIn(browser)).toBe(false);
  });

  it('is answered at another URL, or by a form, where the definition says so', async () => {
    const slo_response_url = 'https://idp.acme.example/slo/done';
    await registerUpstream(server, { issuer: '' }, { ...members, slo_response_url });
    const { headers } = await logout({ nameId: 'mia' });
    expect((await readOurs(server, headers.get('location') ?? '')).to).toBe(slo_response_url);

    await registerUpstream(server, { issuer: '' }, { ...members, slo_binding: 'post' });
    const page = await logout({ id: '_by-form', nameId: 'mia' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain(
      "form-action 'self' https://idp.acme.example;",
    );
    const html = await page.text();
    const answer = await readOursPosted(server, html);
    expect(answer).toMatchObject({ to: sloUrl, relayState: 'back to you' });
    expect(answer.xml).toContain('InResponseTo="_by-form"');
    expect(html).toContain('id="continue"');
  });

  it('counts once, on all replicas', async () => {
    const replica = await startServer({ DATABASE_URL: server.databaseUrl, EYRIE_ISSUER: server.issuer });
    try {
      const xml = logoutRequestXml(server, { nameId: 'nora' });
      const how = { by: provider.signing } as const;
      const at = await replica.app.getUrl();
      const answers = await Promise.all(
        [server.issuer, at, server.issuer, at].map((base) => bring(base, 'SAMLRequest', xml, how)),
      );
      expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
        303, 400, 400, 400,
      ]);

      server.clock.advance(5);
      // Whoever has kept it cannot end a later session with it, by another binding either.
      const browser = await signedIn({ nameId: 'nora' });
      expect((await bring(at, 'SAMLRequest', xml, { ...how, bringing: 'post' })).status).toBe(400);
      expect(await isSignedIn(browser)).toBe(true);
    } finally {
      await replica.stop();
    }
  });

  it('is in the metadata and the admin API, by both bindings', async () => {
    const metadata = await (await fetch(`${server.issuer}/upstream/acme/metadata`)).text();
    for (const binding of ['HTTP-Redirect', 'HTTP-POST'])
      expect(metadata).toContain(
        `<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${server.issuer}/upstream/acme/slo"/>`,
      );
  });

  it('is heard from an upstream that is not enabled any more, and not from one without a single logout service', async () => {
    const browser = await signedIn({ nameId: 'olga' });
    await registerUpstream(server, { issuer: '' }, { ...members, slo_url: undefined });
    expect((await logout({ nameId: 'olga' })).status).toBe(404);
    await registerUpstream(server, { issuer: '' }, { ...members, enabled: false });
    expect((await logout({ nameId: 'olga' })).status).toBe(303);

    expect(await isSignedIn(browser)).toBe(false);
  });
});
