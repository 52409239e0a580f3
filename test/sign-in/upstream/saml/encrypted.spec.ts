import { expectExplained } from '../../../support/kept-errors.js';
import {
  encrypted,
  type Encryption,
  postResponse,
  type SamlAnswer,
  SamlIdentityProvider,
  samlKey,
  samlMembers,
  sha1,
} from '../../../support/saml-idp.js';
import { useServer } from '../../../support/server.js';
import { goTo, registerUpstream } from '../../../support/upstream.js';
import { useBrowser } from '../../../support/use-browser.js';

const provider = await SamlIdentityProvider.start();
const other = await samlKey();

describe('A person at a SAML upstream that encrypts', () => {
  const server = useServer({ EYRIE_ANONYMOUS_REQUESTS: '1000' });
  const browser = useBrowser(server);
  beforeAll(() => registerUpstream(server, { issuer: '' }, samlMembers(provider.signing)));

  /** The certificate in our metadata. */
  const ours = async (): Promise<string> => {
    const metadata = await (await fetch(`${server.issuer}/upstream/acme/metadata`)).text();
    const base64 = /use="encryption".*?<ds:X509Certificate>([^<]+)</s.exec(metadata)?.[1] ?? '';
    return `-----BEGIN CERTIFICATE-----\n${base64.replace(/\s/g, '').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  };

  it.each([
    'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  ] as const)('whose assertion is encrypted with %s signs in', async (cipher) => {
    const url = await goTo(browser, await browser.open('/login'));
    const xml = await encrypted(provider.answer(url, { nameId: cipher }), {
      certificate: await ours(),
      cipher,
    });
    expect(xml).not.toContain('NameID');
    const { headers } = await postResponse(url, xml);
    expect((await browser.open(headers.get('location') ?? '')).url).toMatch(/\/account$/);
  });

  const wronglyEncrypted: readonly [string, string, SamlAnswer, Partial<Encryption>][] = [
    ['no signature', 'the assertion is not signed', { sign: 'none' }, {}],
    ['the signature of another key', 'Invalid signature', { by: other }, {}],
    ['a comment', 'the document has', { after: (xml) => xml.replace('>nils<', '>ni<!-- -->ls<') }, {}],
    ['SHA-1', 'the signature algorithm is', { algorithms: sha1 }, {}],
    ['another audience', 'the audience is', { audience: 'https://other.example.com' }, {}],
    ['a key for somebody else', 'cannot be decrypted', {}, { certificate: other.certificate }],
    ['RSAES-PKCS1-v1_5', 'is encrypted with', {}, { transport: 'http://www.w3.org/2001/04/xmlenc#rsa-1_5' }],
    [
      'RSAES-OAEP with a mask of its own (xmlenc11#rsa-oaep)',
      'is encrypted with aes256-gcm, rsa-oaep',
      {},
      { named: 'http://www.w3.org/2009/xmlenc11#rsa-oaep' },
    ],
    ['Triple DES', 'is encrypted with', {}, { cipher: 'http://www.w3.org/2001/04/xmlenc#tripledes-cbc' }],
  ];
  it.each(wronglyEncrypted)(
    'is refused for an encrypted assertion with %s',
    async (_name, detail, answer, how) => {
      const url = await goTo(browser, await browser.open('/login'));
      const xml = await encrypted(provider.answer(url, answer), { certificate: await ours(), ...how });
      const response = await postResponse(url, xml);
      const refused = { headers: response.headers, html: await response.text() };
      expect(response.status).toBe(400);
      await expectExplained(server, refused, { error: 'bad_answer', detail });
    },
  );

  it('is refused for two encrypted assertions', async () => {
    const url = await goTo(browser, await browser.open('/login'));
    const xml = await encrypted(provider.answer(url), { certificate: await ours() });
    const twice = xml.replace(/<saml:EncryptedAssertion>.*<\/saml:EncryptedAssertion>/s, (one) => one + one);
    expect((await postResponse(url, twice)).status).toBe(400);
  });
});
