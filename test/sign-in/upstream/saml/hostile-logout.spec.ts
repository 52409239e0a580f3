import { TestBrowser } from '../../../support/browser.js';
import { expectExplained } from '../../../support/kept-errors.js';
import { isSignedIn } from '../../../support/logout.js';
import {
  postResponse,
  SamlIdentityProvider,
  samlKey,
  samlMembers,
  sha1,
  signXml,
} from '../../../support/saml-idp.js';
import {
  bring,
  type Bringing,
  type LogoutMessage,
  logoutRequestXml,
  signedQuery,
  sloUrl,
} from '../../../support/saml-logout.js';
import { useServer } from '../../../support/server.js';
import { goTo, registerUpstream } from '../../../support/upstream.js';

const provider = await SamlIdentityProvider.start();
const other = await samlKey();
const expired = await samlKey(-1);

const members = { ...samlMembers(provider.signing, expired), slo_url: sloUrl };

describe('A logout request of a SAML upstream that is not one', () => {
  const server = useServer({ EYRIE_ANONYMOUS_REQUESTS: '1000' });
  let victim: TestBrowser;
  beforeAll(async () => {
    await registerUpstream(server, { issuer: '' }, members);
    const twin = { ...samlMembers(other), alias: 'twin', name: 'Twin', slo_url: sloUrl };
    await registerUpstream(
      server,
      { issuer: '' },
      { ...twin, idp_entity_id: 'https://twin.example/metadata' },
    );
    victim = new TestBrowser(server.issuer);
    const url = await goTo(victim, await victim.open('/login'));
    const { headers } = await postResponse(
      url,
      provider.answer(url, { nameId: 'victim', sessionIndex: '_1' }),
    );
    await victim.open(headers.get('location') ?? '');
    server.clock.advance(5);
  });
  const expectStillSignedIn = async (): Promise<void> => expect(await isSignedIn(victim)).toBe(true);
  afterEach(() => expectStillSignedIn());

  const expectRefused = async (response: Response, detail: string, error = 'bad_answer'): Promise<void> => {
    const shown = { headers: response.headers, html: await response.text() };
    expect({ status: response.status, location: response.headers.get('location') }).toEqual({
      status: 400,
      location: null,
    });
    expect(shown.html).toContain('The sign-out message of Acme cannot be accepted.');
    await expectExplained(server, shown, { error, detail });
  };
  const send = (message: LogoutMessage, bringing: Bringing): Promise<Response> =>
    bring(server.issuer, 'SAMLRequest', logoutRequestXml(server, { nameId: 'victim', ...message }), {
      by: message.by ?? provider.signing,
      bringing,
      ...(message.after && { after: message.after }),
      ...(message.algorithm !== undefined && { algorithm: message.algorithm }),
    });

  const said: readonly [string, string, LogoutMessage][] = [
    ['the certificate of another upstream', 'is not one of the certificates', { by: other }],
    ['a certificate that has expired', 'is not one of the certificates', { by: expired }],
    [
      'another issuer',
      'the message is of https://twin.example/metadata',
      { issuer: 'https://twin.example/metadata' },
    ],
    [
      'no issuer',
      'expected one Issuer in LogoutRequest, received none',
      { before: (xml) => xml.replace(/<saml:Issuer>.*<\/saml:Issuer>/, '') },
    ],
    [
      'another destination',
      'the Destination is https://other.example.com/slo',
      { destination: 'https://other.example.com/slo' },
    ],
    ['no destination', 'the Destination is missing', { destination: null }],
    ['a validity that is over', 'the request was valid until', { notOnOrAfter: -61 }],
    ['an age of more than ten minutes', 'was issued more than 600 s ago', { issued: -661 }],
    ['an issue in the future', 'IssueInstant is missing or in the future', { issued: 61 }],
    [
      'no issue instant',
      'IssueInstant is missing',
      { before: (xml) => xml.replace(/ IssueInstant="[^"]*"/, '') },
    ],
    [
      'a time with a zone',
      'IssueInstant is not a time in UTC',
      { before: (xml) => xml.replace(/(IssueInstant="[^"]*)Z"/, '$1+00:00"') },
    ],
    [
      'no name',
      'expected one NameID in LogoutRequest, received none',
      { before: (xml) => xml.replace(/<saml:NameID.*<\/saml:NameID>/, '') },
    ],
    [
      'two names',
      'expected one NameID in LogoutRequest, received several',
      { before: (xml) => xml.replace(/<saml:NameID.*<\/saml:NameID>/, (one) => one + one) },
    ],
    [
      'an element in the name',
      'NameID holds elements',
      { before: (xml) => xml.replace('>victim<', '>victim<saml:X/><') },
    ],
  ];
  const cases = said.flatMap(([title, detail, message]) =>
    (['redirect', 'post'] as const)
      // The helper puts the signature of a form after the issuer.
      .filter((bringing) => !(bringing === 'post' && title === 'no issuer'))
      .map((bringing) => [title, bringing, detail, message] as const),
  );
  it.each(cases)('%s, by %s, ends nothing and is explained', async (_title, bringing, detail, message) => {
    await expectRefused(await send(message, bringing), detail);
  });

  const forged = '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"';
  const postedWrong: readonly [string, string, (xml: string) => string][] = [
    [
      'no signature',
      'the message is not signed',
      (xml) => xml.replace(/<ds:Signature .*<\/ds:Signature>/s, ''),
    ],
    [
      'another name after it was signed',
      'is not one of the certificates',
      (xml) => xml.replace('>somebody<', '>victim<'),
    ],
    [
      'the signed request in extensions of a forged one',
      'the message is not signed',
      (xml) =>
        `${forged} ID="_evil" Version="2.0"><samlp:Extensions>${xml}</samlp:Extensions></samlp:LogoutRequest>`,
    ],
    [
      'the signature of another request around it',
      'a Signature is over',
      (xml) => xml.replace(/ ID="[^"]*"/, ' ID="_evil"'),
    ],
    [
      'the signed request in an object of its signature',
      'a Signature has an Object',
      (xml) => {
        const bare = xml.replace(/<ds:Signature .*<\/ds:Signature>/s, '');
        return xml
          .replace('</ds:Signature>', () => `<ds:Object>${bare}</ds:Object></ds:Signature>`)
          .replace(/ ID="[^"]*"/, ' ID="_evil"')
          .replace('>somebody<', '>victim<');
      },
    ],
    [
      'two signatures',
      'expected one Signature in LogoutRequest',
      (xml) => xml.replace(/<ds:Signature .*<\/ds:Signature>/s, (one) => one + one),
    ],
    [
      'a comment in the name',
      'the document has a document type, a comment',
      (xml) => xml.replace('>somebody<', '>vic<!-- -->tim<'),
    ],
    [
      'a document type',
      'the document has a document type',
      (xml) => `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${xml}`,
    ],
    ['an unknown entity', 'not well-formed', (xml) => xml.replace('>somebody<', '>&e;<')],
    [
      'a response',
      'expected a LogoutRequest of SAML 2.0, not LogoutResponse',
      () =>
        signXml(
          logoutRequestXml(server, {}).replaceAll('LogoutRequest', 'LogoutResponse'),
          'LogoutResponse',
          { by: provider.signing },
        ),
    ],
    [
      'an HMAC with the certificate as its key',
      'the signature algorithm is',
      (xml) =>
        xml.replace(
          'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
          'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
        ),
    ],
    [
      'SHA-1',
      'the signature algorithm is',
      () =>
        signXml(logoutRequestXml(server, { nameId: 'victim' }), 'LogoutRequest', {
          by: provider.signing,
          algorithms: sha1,
        }),
    ],
    ['what is not XML', 'not well-formed', () => 'no <xml'],
  ];
  it.each(postedWrong)('with %s, by a form, ends nothing', async (_title, detail, after) => {
    await expectRefused(await send({ nameId: 'somebody', after }, 'post'), detail);
  });

  const query = (message: LogoutMessage = {}, relayState?: string): string =>
    signedQuery('SAMLRequest', logoutRequestXml(server, { nameId: 'victim', ...message }), {
      by: provider.signing,
      ...(relayState !== undefined && { relayState }),
    });
  const queries: readonly [string, string, () => string][] = [
    ['no signature', 'the message is not signed', () => query().replace(/&Signature=.*/, '')],
    [
      'an empty signature',
      'the message is not signed',
      () => query().replace(/&Signature=.*/, '&Signature='),
    ],
    [
      'another RelayState',
      'is not one of the certificates',
      () => query({}, 'mine').replace('RelayState=mine', 'RelayState=yours'),
    ],
    [
      'a RelayState that was not signed',
      'is not one of the certificates',
      () => query().replace('&SigAlg', '&RelayState=yours&SigAlg'),
    ],
    [
      'a RelayState that is gone',
      'is not one of the certificates',
      () => query({}, 'mine').replace('RelayState=mine&', ''),
    ],
    ['a second RelayState', 'RelayState is there twice', () => `${query({}, 'mine')}&RelayState=yours`],
    ['a second SAMLRequest', 'SAMLRequest is there twice', () => `${query()}&${query()}`],
    ['a second algorithm', 'SigAlg is there twice', () => `SigAlg=x&${query()}`],
    [
      'a SAMLResponse beside it',
      'expected a SAMLRequest or a SAMLResponse',
      () => `${query()}&SAMLResponse=x`,
    ],
    ['another encoding', 'the encoding is', () => `${query()}&SAMLEncoding=urn%3Aother`],
    [
      'SHA-1',
      'the signature algorithm is',
      () =>
        signedQuery('SAMLRequest', logoutRequestXml(server, { nameId: 'victim' }), {
          by: provider.signing,
          algorithm: sha1.signature,
        }),
    ],
    [
      'an unknown algorithm',
      'the signature algorithm is',
      () => query().replace(/SigAlg=[^&]*/, 'SigAlg=none'),
    ],
    [
      'a document type',
      'the document has a document type',
      () => query({ before: (xml) => `<!DOCTYPE x>${xml}` }),
    ],
    [
      'what is not compressed',
      'the message is not compressed',
      () =>
        query().replace(
          /SAMLRequest=[^&]*/,
          `SAMLRequest=${encodeURIComponent(Buffer.from('<x/>').toString('base64'))}`,
        ),
    ],
    ['a bomb', 'has more than 65536 bytes', () => query({ before: (xml) => xml + ' '.repeat(5_000_000) })],
    ['nothing', 'expected a SAMLRequest or a SAMLResponse', () => ''],
  ];
  it.each(queries)('with %s, by redirect, ends nothing', async (_title, detail, made) => {
    const response = await fetch(`${server.issuer}/upstream/acme/slo?${made()}`, { redirect: 'manual' });
    await expectRefused(response, detail);
  });

  it('from another upstream for a session of this one ends nothing', async () => {
    const destination = `${server.issuer}/upstream/twin/slo`;
    const xml = logoutRequestXml(server, {
      nameId: 'victim',
      destination,
      issuer: 'https://twin.example/metadata',
    });
    const response = await fetch(`${destination}?${signedQuery('SAMLRequest', xml, { by: other })}`, {
      redirect: 'manual',
    });
    expect(response.status).toBe(303);
  });

  it('is refused if it is larger than a request may be', async () => {
    const response = await send(
      { before: (xml) => xml.replace('</samlp', `${' '.repeat(70_000)}</samlp`) },
      'post',
    );
    expect(response.status).toBe(413);
  });

  it('has no single logout service where there is no such upstream', async () => {
    expect((await fetch(`${server.issuer}/upstream/none/slo?${query()}`)).status).toBe(404);
  });
});

describe('Logout requests that are refused', () => {
  const server = useServer({ EYRIE_ANONYMOUS_REQUESTS: '3' });

  it('are bounded per network, and accepted ones are not', async () => {
    await registerUpstream(server, { issuer: '' }, members);
    const send = (by = provider.signing): Promise<Response> =>
      bring(server.issuer, 'SAMLRequest', logoutRequestXml(server, {}), { by });
    const statuses = async (count: number, by?: typeof other): Promise<number[]> => {
      const seen: number[] = [];
      for (let index = 0; index < count; index += 1) seen.push((await send(by)).status);
      return seen;
    };
    expect(await statuses(5)).toEqual([303, 303, 303, 303, 303]);
    expect(await statuses(4, other)).toEqual([400, 400, 400, 429]);
    expect(await statuses(1)).toEqual([429]);
  });
});
