import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { signIn, type Shown, TestBrowser } from '../support/browser.js';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import { payloadOf, RelyingParty, request } from '../support/relying-party.js';
import { elements } from '../support/markup.js';

const writer = 'https://writer.example.com';

const framesOf = (page: Shown): string[] =>
  elements(page.html, 'iframe').map(({ attributes }) => attributes.src ?? '');

const policyOf = (page: Shown): string[] =>
  (page.headers.get('content-security-policy') ?? '').split('; ').filter((part) => part.startsWith('frame'));

const refreshOf = (page: Shown): string | undefined =>
  elements(page.html, 'meta').find(({ attributes }) => attributes['http-equiv'] === 'refresh')?.attributes
    .content;

describe('front-channel logout', () => {
  let server: TestServer;
  let browser: TestBrowser;

  beforeAll(async () => {
    server = await startServer();
    await server.createUser(alice);
  });

  afterAll(() => server.stop());

  beforeEach(() => {
    browser = new TestBrowser(server.issuer);
  });

  const relyingParty = (registration = {}): Promise<RelyingParty> =>
    RelyingParty.register(server, { frontchannel_logout_uri: `${writer}/frame`, ...registration }, browser);

  const signOut = async (): Promise<Shown> => {
    const account = await browser.open('/account');
    const [form = ''] = /<form[^>]*action="\/account\/sign-out"[\s\S]*?<\/form>/.exec(account.html) ?? [];
    return browser.post({ ...account, html: form }, { _csrf: /value="([^"]*)"/.exec(form)?.[1] ?? '' });
  };

  it('J1 a sign-out frames the URI of each client of the session with iss and sid, its own query kept', async () => {
    const first = await relyingParty({ frontchannel_logout_uri: `${writer}/frame?of=1` });
    const second = await relyingParty({
      redirect_uris: ['https://reader.example.com/callback'],
      frontchannel_logout_uri: 'https://reader.example.com/frame',
      frontchannel_logout_session_required: true,
    });
    await relyingParty({ frontchannel_logout_uri: `${writer}/never-let-in` });
    const { id_token: idToken } = await first.tokens();
    await second.tokens();
    const { sid } = payloadOf(idToken);

    const page = await signOut();
    expect(page.status).toBe(200);
    const added = new URLSearchParams({ iss: server.issuer, sid: String(sid) }).toString();
    expect(framesOf(page).toSorted()).toEqual([
      `https://reader.example.com/frame?${added}`,
      `${writer}/frame?of=1&${added}`,
    ]);
    expect(refreshOf(page)).toBeUndefined();
  });

  it('J1 the page may frame the origins of these URIs, and nothing else', async () => {
    const client = await relyingParty();
    await (await relyingParty({ frontchannel_logout_uri: `${writer}/other` })).tokens();
    await client.tokens();
    expect(policyOf(await signOut()).toSorted()).toEqual(["frame-ancestors 'none'", `frame-src ${writer}`]);
  });

  it('J1 an RP-initiated logout shows the frames, then goes on to the registered URI with state, by link and refresh', async () => {
    const uri = `${writer}/bye?from=eyrie`;
    const client = await relyingParty({ post_logout_redirect_uris: [uri] });
    const { id_token: hint } = await client.tokens();
    const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: uri, state: 'a&b' });
    const page = await browser.open(`/logout?${query.toString()}`);
    expect(page.status).toBe(200);
    expect(framesOf(page)).toHaveLength(1);
    const target = `${uri}&state=a%26b`;
    expect(refreshOf(page)).toBe(`0;url=${target}`);
    expect(elements(page.html, 'a').map(({ attributes }) => attributes.href)).toContain(target);
    const again = await browser.send(`/logout?${query.toString()}`);
    expect(again.headers.get('location')).toBe(`${uri}&state=a%26b`);
  });

  it('J1 a session that is ended on its own account page has its frames too', async () => {
    const client = await relyingParty();
    const { id_token: idToken } = await client.tokens();
    const account = await browser.open('/account');
    const { sid } = payloadOf(idToken);
    const form = account.html.split('<form').find((part) => part.includes(`value="${String(sid)}"`)) ?? '';
    const page = await browser.post({ ...account, html: `<form${form}` }, { session_id: String(sid) });
    expect(framesOf(page)).toHaveLength(1);
    expect(refreshOf(page)).toBe('0;url=/account');
  });

  it('J1 a later session of the same browser does not frame the clients of the one before', async () => {
    const client = await relyingParty();
    await client.tokens();
    await signOut();
    await signIn(browser, await browser.open('/login'), alice);
    const page = await signOut();
    expect(framesOf(page)).toEqual([]);
    expect(policyOf(page)).toEqual(["frame-ancestors 'none'"]);
  });

  it('J1 without a client that has such a URI the way back is a plain redirect', async () => {
    const client = await relyingParty({
      frontchannel_logout_uri: null,
      post_logout_redirect_uris: [`${writer}/bye`],
    });
    const { id_token: hint } = await client.tokens();
    const page = await browser.send(
      `/logout?id_token_hint=${hint}&post_logout_redirect_uri=${encodeURIComponent(`${writer}/bye`)}`,
    );
    expect(page.status).toBe(303);
    expect(page.headers.get('location')).toBe(`${writer}/bye`);
  });

  it('J1 the metadata says so, with sid', async () => {
    const { body } = await request(server, '/.well-known/openid-configuration');
    expect(body).toMatchObject({
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    });
  });

  it.each([
    ['another host than its redirection URIs', 'https://elsewhere.example.com/frame'],
    ['another port', 'https://writer.example.com:8443/frame'],
    ['another scheme', 'http://writer.example.com/frame'],
    ['a fragment', `${writer}/frame#now`],
    ['a script', 'javascript:alert(1)'],
  ])('J1 a front-channel logout URI with %s is not registered', async (_what, uri) => {
    await expect(relyingParty({ frontchannel_logout_uri: uri })).rejects.toMatchObject({ status: 400 });
  });
});

describeInChromium('front-channel logout in Chromium', () => {
  let server: TestServer;
  let client: Server;
  let origin: string;
  const visited: string[] = [];

  beforeAll(async () => {
    server = await startServer();
    await server.createUser(alice);
    client = createServer((incoming, response) => {
      visited.push(incoming.url ?? '');
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Client</title>');
    });
    await new Promise<void>((resolve) => client.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(client.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    await server.stop();
    client.closeAllConnections();
    await new Promise((resolve) => client.close(resolve));
  });

  it.each([true, false])(
    'J1 frames are loaded before the browser goes on by itself (JavaScript: %s)',
    async (javaScriptEnabled) => {
      visited.splice(0);
      const party = await RelyingParty.register(server, {
        redirect_uris: [`${origin}/callback`],
        post_logout_redirect_uris: [`${origin}/bye`],
        frontchannel_logout_uri: `${origin}/frame`,
      });
      const { id_token: hint } = await party.tokens();
      const browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: chromiumArguments });
      try {
        const context = await browser.newContext({ javaScriptEnabled });
        const complaints: string[] = [];
        await context.addCookies(
          [...party.browser.cookies].map(([name, value]) => ({ name, value, url: server.issuer })),
        );
        const page = await context.newPage();
        page.on('console', (message) => complaints.push(message.text()));
        await page.goto(
          `${server.issuer}/logout?id_token_hint=${hint}&post_logout_redirect_uri=${origin}/bye`,
          { waitUntil: 'commit' },
        );
        await page.waitForURL(`${origin}/bye`);
        const paths = visited.map((url) => url.split('?', 1)[0]).filter((path) => path !== '/favicon.ico');
        expect(paths).toEqual(['/frame', '/bye']);
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});
