import { AdminCaller } from '../support/admin-caller.js';
import { authorizeUrl, expectPage } from '../support/authorization-requests.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { csrfOf, postForm } from '../support/forms.js';
import { basic, post } from '../support/relying-party.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';

describe('the references of error pages', () => {
  const server = useServer(
    { EYRIE_TRUSTED_PROXIES: '127.0.0.1', EYRIE_ACCESS_TOKEN_TTL: '36000' },
    { users: [alice], clients: [messageWriter] },
  );
  beforeAll(() => server.clock.hold());
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server, 'eyrie.admin.read');
  });
  beforeEach(() => server.clock.advance(60));

  const referenceOf = ({ html }: Shown): string | undefined =>
    /id="error-reference">([^<]*)</.exec(html)?.[1];
  const explain = async (page: Shown) => admin.get(`/explain/${referenceOf(page)}`);
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

  const pages: [string, (browser: TestBrowser) => Promise<Shown>, string][] = [
    [
      'an unknown client',
      (browser) => browser.open(authorizeUrl({ client_id: 'nobody' })),
      'invalid_request',
    ],
    ['a forged interaction', (browser) => browser.send('/consent?interaction=x'), 'forbidden'],
    ['a sign-in for a forged interaction', (browser) => browser.send('/login?interaction=x'), 'forbidden'],
    ['a form of another browser', (browser) => postForm(browser, '/login', { _csrf: 'x' }), 'forbidden'],
    ['a page that does not exist', (browser) => browser.send('/nowhere'), 'invalid_request'],
    ['a method of a page', (browser) => browser.send('/login', { method: 'DELETE' }), 'invalid_request'],
    ['a forged logout', (browser) => browser.send('/logout?id_token_hint=x'), 'invalid_request'],
    [
      'a form without its field',
      async (browser) =>
        postForm(browser, '/account/withdraw', { _csrf: csrfOf(await browser.open('/account')) }),
      'invalid_request',
    ],
    [
      'a pushed request that nobody pushed',
      (browser) =>
        browser.open('/authorize?client_id=message-writer&request_uri=urn:ietf:params:oauth:request_uri:x'),
      'invalid_request_uri',
    ],
  ];
  it.each(pages)('resolve for %s', async (_what, open, code) => {
    const page = await open(await signedInBrowser(server));

    expectPage(page, page.status);
    const { status, body } = await explain(page);
    expect([status, (body as Record<string, unknown>).code]).toEqual([200, code]);
  });

  it('resolve for one network whatever another one sends', async () => {
    // Counted is by the minute, which is not to turn in between.
    server.clock.advance(60 - (server.clock.now() % 60));
    const browser = new TestBrowser(server.issuer);
    const url = authorizeUrl({ client_id: 'nobody' });
    const flood: (string | undefined)[] = [];
    for (let count = 0; count < 70; count++)
      flood.push(referenceOf(await browser.send(url, from('203.0.113.1'))));

    const other = await browser.send(url, from('203.0.113.2'));

    expect(flood.filter((reference) => reference !== undefined)).toHaveLength(60);
    expect((await explain(other)).status).toBe(200);
    for (const reference of [flood[0], flood[59]])
      expect((await admin.get(`/explain/${reference}`)).status).toBe(200);
  });

  it('resolve for people of a network whose programs send many bad requests', async () => {
    server.clock.advance(60 - (server.clock.now() % 60));
    await Promise.all(
      Array.from({ length: 100 }, () =>
        post(server, '/token', { grant_type: 'x' }, { authorization: basic('nobody', 'x') }),
      ),
    );

    const page = await new TestBrowser(server.issuer).send('/consent?interaction=x');

    expect((await explain(page)).status).toBe(200);
  });
});
