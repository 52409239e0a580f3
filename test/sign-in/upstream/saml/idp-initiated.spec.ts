import { deflateRawSync } from 'node:zlib';
import { TestBrowser } from '../../../support/browser.js';
import { expectExplained } from '../../../support/kept-errors.js';
import { isSignedIn } from '../../../support/logout.js';
import { byId } from '../../../support/markup.js';
import {
  postResponse,
  type SamlAnswer,
  SamlIdentityProvider,
  samlKey,
  samlMembers,
} from '../../../support/saml-idp.js';
import { bring, logoutRequestXml, sloUrl } from '../../../support/saml-logout.js';
import { startServer, useServer } from '../../../support/server.js';
import { goTo, registerUpstream } from '../../../support/upstream.js';

const provider = await SamlIdentityProvider.start();
const other = await samlKey();
const target = 'https://app.example.com/start?from=idp';
const members = {
  ...samlMembers(provider.signing),
  slo_url: sloUrl,
  allow_idp_initiated: true,
  idp_initiated_targets: ['https://app.example.com/other', target],
};

describe('A sign-in that begins at a SAML upstream', () => {
  const server = useServer({ EYRIE_ANONYMOUS_REQUESTS: '1000' });
  beforeEach(() => registerUpstream(server, { issuer: '' }, members));

  let count = 0;
  /** A response to no request, each with an assertion of its own. */
  const unsolicited = (answer: SamlAnswer = {}, id = `_assertion${++count}`): string => {
    const base = `${server.issuer}/upstream/acme`;
    const query = new URLSearchParams({ SAMLRequest: deflateRawSync('<none/>').toString('base64') });
    const addressed = { audience: `${base}/metadata`, recipient: `${base}/acs`, destination: `${base}/acs` };
    const { before = (xml) => xml } = answer;
    return provider.answer(`https://idp.acme.example/sso?${query.toString()}`, {
      inResponseTo: null,
      ...addressed,
      ...answer,
      before: (xml) => before(xml.replace('ID="_assertion"', `ID="${id}"`)),
    });
  };
  const post = (xml: string, relayState?: string, base = server.issuer): Promise<Response> =>
    fetch(`${base}/upstream/acme/acs`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({
        SAMLResponse: Buffer.from(xml).toString('base64'),
        ...(relayState !== undefined && { RelayState: relayState }),
      }),
    });
  const expectRefused = async (
    response: Response,
    status: number,
    error: string,
    detail: string,
  ): Promise<void> => {
    const shown = { headers: response.headers, html: await response.text() };
    expect({ status: response.status, location: response.headers.get('location') }).toEqual({
      status,
      location: null,
    });
    await expectExplained(server, shown, { error, detail });
  };

  it('is accepted where the operator allows it, and leads to the account', async () => {
    const browser = new TestBrowser(server.issuer);
    const { headers } = await post(unsolicited({ nameId: 'ada' }));
    expect((await browser.open(headers.get('location') ?? '')).url).toBe(`${server.issuer}/account`);
  });

  it('leads to a registered target that its RelayState names as a whole', async () => {
    const browser = new TestBrowser(server.issuer);
    const { headers } = await post(unsolicited({ nameId: 'bea' }), target);
    const page = await browser.open(headers.get('location') ?? '');
    expect(byId(page.html, 'go-on')?.attributes['href']).toBe(target);
    expect(page.html).toContain('You are signed in here.');
    expect(await isSignedIn(browser)).toBe(true);
  });

  it.each([
    'https://evil.example',
    `${target}&more`,
    'https://app.example.com/start',
    'HTTPS://app.example.com/start?from=idp',
    '//evil.example',
    '/account/deletion',
    'onwards.acme.1',
    'x'.repeat(2_000),
  ])('leads to the account with the RelayState %s', async (relayState) => {
    const { headers } = await post(unsolicited({ nameId: 'cleo' }), relayState);
    const page = await new TestBrowser(server.issuer).open(headers.get('location') ?? '');
    expect(page.url).toBe(`${server.issuer}/account`);
  });

  it('is refused unless the operator allows it, and explained', async () => {
    await registerUpstream(
      server,
      { issuer: '' },
      { ...members, allow_idp_initiated: undefined, idp_initiated_targets: undefined },
    );
    await expectRefused(await post(unsolicited()), 403, 'unsolicited', 'allow_idp_initiated is not set');
    await expectRefused(
      await post(unsolicited(), target),
      403,
      'unsolicited',
      'allow_idp_initiated is not set',
    );
    const page = await new TestBrowser(server.issuer).open('/upstream/acme/onwards/1');
    expect(page.status).toBe(404);
  });

  it('counts once, on all replicas, also under another RelayState', async () => {
    const replica = await startServer({ DATABASE_URL: server.databaseUrl, EYRIE_ISSUER: server.issuer });
    try {
      const at = await replica.app.getUrl();
      const xml = unsolicited({ nameId: 'dora' });
      const answers = await Promise.all(
        [server.issuer, at, server.issuer, at].map((base, index) => post(xml, `${index}`, base)),
      );
      expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
        303, 400, 400, 400,
      ]);
      await expectRefused(await post(xml, target), 400, 'replayed', 'was used before');
    } finally {
      await replica.stop();
    }
  });

  it('is of use in the browser that brought it alone, within two minutes, and once', async () => {
    const location = (await post(unsolicited({ nameId: 'emmy' }))).headers.get('location') ?? '';
    const browser = new TestBrowser(server.issuer);
    expect((await browser.open(location.replace(/receipt=[^&]*/, 'receipt=other'))).status).toBe(403);
    expect((await browser.open(location)).url).toMatch(/\/account$/);
    expect((await browser.open(location)).status).toBe(400);

    const late = (await post(unsolicited({ nameId: 'emmy' }))).headers.get('location') ?? '';
    server.clock.advance(121);
    expect((await browser.open(late)).status).toBe(400);
  });

  it.each<[string, string, SamlAnswer]>([
    ['the certificate of another upstream', 'Invalid signature', { by: other }],
    ['no signature', 'the assertion is not signed', { sign: 'none' }],
    ['another audience', 'the audience is', { audience: 'https://other.example.com' }],
    ['another recipient', 'the recipient is', { recipient: 'https://other.example.com' }],
    [
      'another destination',
      'the Destination of the response is',
      { destination: 'https://other.example.com' },
    ],
    ['a validity that is over', 'was valid until', { notOnOrAfter: -300 }],
    [
      'a request in the assertion alone',
      'the assertion answers _other, not none',
      {
        before: (xml) =>
          xml.replace('<saml:SubjectConfirmationData', '<saml:SubjectConfirmationData InResponseTo="_other"'),
      },
    ],
    [
      'a forged assertion beside it',
      'the response has several assertions',
      {
        after: (xml) =>
          xml.replace(
            /<saml:Assertion.*<\/saml:Assertion>/s,
            (one) => one.replace('>nils<', '>mallory<') + one,
          ),
      },
    ],
    ['a changed name', 'Invalid signature', { after: (xml) => xml.replace('>nils<', '>mallory<') }],
  ])('is refused for a response with %s', async (_title, detail, answer) => {
    await expectRefused(await post(unsolicited(answer)), 400, 'bad_answer', detail);
  });

  it('is not what an answer to a request of ours may become, whose request is unknown', async () => {
    await expectRefused(
      await post(unsolicited({ inResponseTo: '_some' })),
      400,
      'unknown_request',
      'belongs to no request',
    );
    const browser = new TestBrowser(server.issuer);
    const begun = await goTo(browser, await browser.open('/login'));
    const response = await postResponse(begun, provider.answer(begun, { inResponseTo: null }));
    await expectRefused(response, 400, 'bad_answer', 'the response answers no request');
  });

  it('leads nowhere for a target that is not registered', async () => {
    for (const index of ['2', '-1', 'x', '__proto__'])
      expect((await fetch(`${server.issuer}/upstream/acme/onwards/${index}`)).status).toBe(404);
  });

  it('ends with its session there', async () => {
    const browser = new TestBrowser(server.issuer);
    const { headers } = await post(unsolicited({ nameId: 'fay', sessionIndex: '_9' }));
    await browser.open(headers.get('location') ?? '');
    await bring(server.issuer, 'SAMLRequest', logoutRequestXml(server, { nameId: 'fay', sessions: ['_9'] }), {
      by: provider.signing,
    });
    expect(await isSignedIn(browser)).toBe(false);
  });
});
