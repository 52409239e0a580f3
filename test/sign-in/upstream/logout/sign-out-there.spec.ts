import { TestBrowser, type Shown } from '../../../support/browser.js';
import { IdentityProvider } from '../../../support/identity-provider.js';
import { expectExplained } from '../../../support/kept-errors.js';
import { isSignedIn, logoutUrl } from '../../../support/logout.js';
import { byId } from '../../../support/markup.js';
import { RelyingParty } from '../../../support/relying-party.js';
import { postResponse, SamlIdentityProvider, samlKey, samlMembers, sha1 } from '../../../support/saml-idp.js';
import {
  bring,
  logoutResponseXml,
  readOurs,
  readOursPosted,
  signedQuery,
  sloUrl,
} from '../../../support/saml-logout.js';
import { startServer, useServer } from '../../../support/server.js';
import { goTo, registerUpstream } from '../../../support/upstream.js';

const saml = await SamlIdentityProvider.start();
const other = await samlKey();
const oidc = await IdentityProvider.start();
afterAll(() => oidc.stop());
oidc.publish({ end_session_endpoint: oidc.host.url('/end') });

const members = { ...samlMembers(saml.signing), slo_url: sloUrl, sign_out_there: true };
const writer = 'https://writer.example.com/signed-out?from=eyrie';

describe('A sign-out here of a session that came from an upstream', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_ANONYMOUS_REQUESTS: '1000' });
  beforeEach(async () => {
    await registerUpstream(server, { issuer: '' }, members);
    await registerUpstream(server, oidc, { alias: 'open', name: 'Open', sign_out_there: true });
  });

  const signedInBySaml = async (
    nameId: string,
    browser = new TestBrowser(server.issuer),
    page = '/login',
  ): Promise<TestBrowser> => {
    const url = await goTo(browser, await browser.open(page));
    const { headers } = await postResponse(url, saml.answer(url, { nameId, sessionIndex: `_of-${nameId}` }));
    await browser.open(headers.get('location') ?? '');
    return browser;
  };
  const signedInByOidc = async (
    sub: string,
    browser = new TestBrowser(server.issuer),
    page?: Shown,
  ): Promise<TestBrowser> => {
    const url = await goTo(browser, page ?? (await browser.open('/login')), 'open');
    await browser.open(oidc.authorize(url, { claims: { sub } }));
    expect(await isSignedIn(browser)).toBe(true);
    return browser;
  };
  const signOut = async (browser: TestBrowser): Promise<Shown> => {
    const account = await browser.open('/account');
    const [form = ''] = /<form[^>]*action="\/account\/sign-out"[\s\S]*?<\/form>/.exec(account.html) ?? [];
    const csrf = /name="_csrf" value="([^"]*)"/.exec(form)?.[1] ?? '';
    return browser.submit({ ...account, html: form }, { _csrf: csrf });
  };
  const onwards = (page: Shown): string => byId(page.html, 'go-on')?.attributes['href'] ?? page.html;
  const respond = (
    id: string,
    relayState: string,
    more: Partial<Parameters<typeof bring>[3]> = {},
  ): Promise<Response> =>
    bring(server.issuer, 'SAMLResponse', logoutResponseXml(server, id), {
      by: saml.signing,
      relayState,
      ...more,
    });
  const idOf = (xml: string): string => / ID="([^"]*)"/.exec(xml)?.[1] ?? '';

  it('goes on to the SAML upstream with a signed request, whose response leads to our page', async () => {
    const browser = await signedInBySaml('ada');
    const page = await signOut(browser);
    expect(await isSignedIn(browser)).toBe(false);
    expect(page.html).toContain('You are signed out here.');
    expect(page.html).toContain('http-equiv="refresh"');

    const { xml, relayState, to } = await readOurs(server, onwards(page));
    expect(to).toBe(sloUrl);
    expect(xml).toMatch(
      /<saml:NameID [^>]*Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"[^>]*>ada</,
    );
    expect(xml).toContain('<samlp:SessionIndex>_of-ada</samlp:SessionIndex>');
    expect(xml).toContain(`Destination="${sloUrl}"`);
    expect(Buffer.byteLength(relayState ?? '')).toBeLessThanOrEqual(80);
    const response = await browser.open(
      `/upstream/acme/slo?${signedQuery('SAMLResponse', logoutResponseXml(server, idOf(xml)), { by: saml.signing, relayState: relayState ?? '' })}`,
    );
    expect(response).toMatchObject({
      status: 200,
      html: expect.stringContaining('You are signed out') as string,
    });
  });

  it('keeps where the application wants the browser, with its state, and takes a posted response', async () => {
    const browser = await signedInBySaml('bea');
    const client = await RelyingParty.register(
      server,
      { post_logout_redirect_uris: [writer], redirect_uris: ['https://writer.example.com/callback'] },
      browser,
    );
    const { id_token } = await client.tokens();
    const query = { id_token_hint: id_token, post_logout_redirect_uri: writer, state: 'kept & sealed' };
    const page = await browser.open(logoutUrl(query));
    const { xml, relayState = '' } = await readOurs(server, onwards(page));
    expect(onwards(page)).not.toContain('writer.example.com');
    const response = await respond(idOf(xml), relayState, { bringing: 'post' });

    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`${writer}&state=kept+%26+sealed`);
    expect((await respond(idOf(xml), relayState, { bringing: 'post' })).status).toBe(400);
  });

  it('posts the request where the upstream wants that, from a page that alone may', async () => {
    await registerUpstream(server, { issuer: '' }, { ...members, slo_binding: 'post' });
    const page = await signOut(await signedInBySaml('cleo'));
    expect(page.headers.get('content-security-policy')).toContain(
      "form-action 'self' https://idp.acme.example;",
    );
    const { xml, to, relayState = '' } = await readOursPosted(server, page.html);
    expect({ to, isNamed: xml.includes('>cleo<') }).toEqual({ to: sloUrl, isNamed: true });
    expect(page.html).toContain('id="continue"');
    expect((await respond(idOf(xml), relayState)).status).toBe(200);
  });

  it.each([
    ['the certificate of another upstream', { by: other }, {}, 'is not one of the certificates'],
    ['SHA-1', { algorithm: sha1.signature }, {}, 'the signature algorithm is'],
    ['another destination', {}, { destination: 'https://other.example.com' }, 'the Destination is'],
    ['another issuer', {}, { issuer: 'https://other.example.com' }, 'the message is of'],
    ['a status that is none of success', {}, { status: 'Responder' }, 'the status is'],
    ['the ID of another request', {}, { inResponseTo: '_other' }, 'the response answers _other'],
  ])(
    'is not confirmed by a response with %s, and the person can go on',
    async (_title, how, said, detail) => {
      const browser = await signedInBySaml('dora');
      const client = await RelyingParty.register(server, { post_logout_redirect_uris: [writer] }, browser);
      const { id_token } = await client.tokens();
      const page = await browser.open(
        logoutUrl({ id_token_hint: id_token, post_logout_redirect_uri: writer }),
      );
      const { xml, relayState = '' } = await readOurs(server, onwards(page));
      const { inResponseTo = idOf(xml), ...message } = said as { inResponseTo?: string };
      const response = await bring(
        server.issuer,
        'SAMLResponse',
        logoutResponseXml(server, inResponseTo, message),
        {
          by: saml.signing,
          relayState,
          ...how,
        },
      );
      const refused = { headers: response.headers, html: await response.text() };
      expect(response.status).toBe(400);
      expect(refused.html).toContain('Acme did not confirm that you are signed out there, too.');
      expect(refused.html).toContain(`href="${writer}"`);
      await expectExplained(server, refused, { error: 'bad_answer', detail });
      // It can still be answered rightly.
      expect((await respond(idOf(xml), relayState)).status).toBe(303);
    },
  );

  it.each([
    ['an unknown handle', 'x'.repeat(43), 'unknown_request'],
    ['no handle', '', 'unknown_request'],
  ])('is not answered with %s', async (_title, relayState, error) => {
    const response = await respond('_any', relayState);
    const refused = { headers: response.headers, html: await response.text() };
    expect(response.status).toBe(400);
    await expectExplained(server, refused, { error, detail: 'the handle belongs to no sign-out there' });
  });

  it('is answered once, on two replicas', async () => {
    const replica = await startServer({ DATABASE_URL: server.databaseUrl, EYRIE_ISSUER: server.issuer });
    try {
      const { xml, relayState = '' } = await readOurs(
        server,
        onwards(await signOut(await signedInBySaml('fay'))),
      );
      const at = await replica.app.getUrl();
      const answers = await Promise.all(
        [server.issuer, at, server.issuer, at].map((base) =>
          bring(base, 'SAMLResponse', logoutResponseXml(server, idOf(xml)), { by: saml.signing, relayState }),
        ),
      );
      expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
        200, 400, 400, 400,
      ]);
    } finally {
      await replica.stop();
    }
  });

  it('cannot take its handle for the state of a sign-in, nor the other way round', async () => {
    const { relayState = '' } = await readOurs(server, onwards(await signOut(await signedInBySaml('gil'))));
    const browser = new TestBrowser(server.issuer);
    expect((await browser.open(`/upstream/acme/callback?state=${relayState}`)).status).toBe(400);
    const url = await goTo(browser, await browser.open('/login'));
    const state = new URL(url).searchParams.get('RelayState') ?? '';
    expect((await browser.open(`/upstream/acme/sign-out?state=${state}`)).status).toBe(400);
    expect((await browser.open(`/upstream/open/sign-out?state=${relayState}`)).status).toBe(400);
  });

  it('stays here unless the definition says otherwise', async () => {
    const browser = await signedInBySaml('hana');
    await registerUpstream(server, { issuer: '' }, { ...members, sign_out_there: undefined });
    const page = await signOut(browser);
    expect(page.html).not.toContain('http-equiv="refresh"');
    expect(page.html).toContain('You are signed out');
  });

  it('goes on to the OpenID provider with the ID token, and comes back with its state', async () => {
    const browser = await signedInByOidc('ivy');
    const url = new URL(onwards(await signOut(browser)));
    expect(`${url.origin}${url.pathname}`).toBe(oidc.host.url('/end'));
    const { id_token_hint, client_id, post_logout_redirect_uri, state } = Object.fromEntries(
      url.searchParams,
    );
    expect({ client_id, post_logout_redirect_uri }).toEqual({
      client_id: 'eyrie',
      post_logout_redirect_uri: `${server.issuer}/upstream/open/signed-out`,
    });
    expect(id_token_hint?.split('.')).toHaveLength(3);
    const back = `${post_logout_redirect_uri}?state=${state}`;
    expect((await browser.open(back)).html).toContain('You are signed out');
    expect((await browser.open(back)).status).toBe(400);
    expect((await browser.open(`${post_logout_redirect_uri}`)).status).toBe(400);
  });

  it('ends here where the OpenID provider has no end session endpoint', async () => {
    const silent = await IdentityProvider.start();
    try {
      await registerUpstream(server, silent, { alias: 'silent', name: 'Silent', sign_out_there: true });
      const browser = new TestBrowser(server.issuer);
      const url = await goTo(browser, await browser.open('/login'), 'silent');
      await browser.open(silent.authorize(url, { claims: { sub: 'jo' } }));
      const page = await signOut(browser);
      expect({ status: page.status, html: page.html }).toMatchObject({
        status: 200,
        html: expect.stringContaining('You are signed out') as string,
      });
    } finally {
      await silent.stop();
    }
  });

  it('of all accounts goes on to one upstream after the other', async () => {
    const browser = await signedInBySaml('kai');
    const page = await browser.submit(await browser.open('/account/switch'), { choice: 'other' });
    await signedInByOidc('lou', browser, page);
    const asked = await browser.open('/logout');
    const seen: string[] = [];
    let shown = await browser.submit(asked, { decision: 'sign-out-all' });
    for (let step = 0; step < 2; step += 1) {
      const url = onwards(shown);
      const isSaml = url.startsWith(sloUrl);
      seen.push(isSaml ? 'saml' : 'oidc');
      const state = new URL(url).searchParams.get('state') ?? '';
      const ours = isSaml ? await readOurs(server, url) : undefined;
      shown = await browser.open(
        ours
          ? `/upstream/acme/slo?${signedQuery('SAMLResponse', logoutResponseXml(server, idOf(ours.xml)), { by: saml.signing, relayState: ours.relayState ?? '' })}`
          : `/upstream/open/signed-out?state=${state}`,
      );
    }
    expect(seen.toSorted()).toEqual(['oidc', 'saml']);
    expect(shown.html).toContain('You are signed out');
  });

  it('is not answered after a quarter of an hour', async () => {
    const late = await readOurs(server, onwards(await signOut(await signedInBySaml('emmy'))));
    server.clock.advance(901);
    expect((await respond(idOf(late.xml), late.relayState ?? '')).status).toBe(400);
  });
});
