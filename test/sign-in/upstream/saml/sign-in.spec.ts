import { expectExplained } from '../../../support/kept-errors.js';
import { Database } from '../../../../src/persistence/database.js';
import { Groups } from '../../../../src/directory/groups.js';
import { MembershipsStore } from '../../../../src/persistence/stores/memberships.store.js';
import { UsersStore } from '../../../../src/persistence/stores/users.store.js';
import { TestBrowser } from '../../../support/browser.js';
import {
  postResponse,
  readRequest,
  type SamlAnswer,
  SamlIdentityProvider,
  samlKey,
  samlMembers,
  sha1,
} from '../../../support/saml-idp.js';
import { startServer, useServer } from '../../../support/server.js';
import { goTo, registerUpstream } from '../../../support/upstream.js';
import { useBrowser } from '../../../support/use-browser.js';

const provider = await SamlIdentityProvider.start();
const other = await samlKey();
const expired = await samlKey(-1);

const members = samlMembers(provider.signing, other);

const environment = { EYRIE_ANONYMOUS_REQUESTS: '1000' };

describe('A person at a SAML upstream', () => {
  const server = useServer(environment);
  const browser = useBrowser(server);
  beforeEach(() => registerUpstream(server, { issuer: '' }, members));

  const refusals = async (): Promise<string[]> =>
    (
      await server.app
        .get(Database)
        .query<{ detail: string }>(
          "SELECT detail FROM audit_events WHERE event = 'upstream.refused' ORDER BY id",
          [],
        )
    ).map(({ detail }) => (JSON.parse(detail) as { reason: string }).reason);
  const begin = async (of = browser): Promise<string> => goTo(of, await of.open('/login'));
  const come = async (
    url: string,
    answer: SamlAnswer = {},
  ): Promise<{ status: number; location: string; html: string; headers: Headers }> => {
    const response = await postResponse(url, provider.answer(url, answer));
    return {
      status: response.status,
      headers: response.headers,
      location: response.headers.get('location') ?? '',
      html: await response.text(),
    };
  };

  it('is sent there with a request that names this server, and comes back signed in', async () => {
    const url = await begin();
    const request = readRequest(url);
    expect(request).toMatchObject({
      acs: `${server.issuer}/upstream/acme/acs`,
      issuer: `${server.issuer}/upstream/acme/metadata`,
    });
    expect(request.xml).not.toContain('ForceAuthn');

    const attributes = { uid: ['nils'], mail: ['nils@acme.example'] };
    const { status, location } = await come(url, { nameId: 'first', attributes });
    expect(status).toBe(303);
    expect((await browser.open(location)).url).toMatch(/\/account$/);
    expect(await server.app.get(UsersStore).findByUsername('nils')).toMatchObject({
      email: 'nils@acme.example',
      emailVerified: true,
    });
  });

  it('is in the groups here that correspond to the groups there, and stays in them while the provider does not tell', async () => {
    await server.app.get(Groups).create({ name: 'employees' }, 'test');
    await registerUpstream(server, { issuer: '' }, { ...members, group_map: { staff: 'employees' } });
    const signIn = async (attributes: Record<string, string[]>): Promise<string[]> => {
      const own = new TestBrowser(server.issuer);
      await own.open((await come(await begin(own), { nameId: 'grouped', attributes })).location);
      const person = await server.app.get(UsersStore).findByUsername('gus');
      return server.app.get(MembershipsStore).directGroups(person?.id ?? '');
    };
    const named = { uid: ['gus'] };
    expect(await signIn({ ...named, groups: ['other', 'staff'] })).toHaveLength(1);
    const link = ['https://graph.example.com/groups'];
    expect(await signIn({ ...named, 'http://schemas.microsoft.com/claims/groups.link': link })).toHaveLength(
      1,
    );
    expect(await signIn({ ...named, groups: ['other'] })).toEqual([]);
  });

  it.each(['response', 'both'] as const)(
    'whose provider signs the %s signs in where that is enough',
    async (sign) => {
      await registerUpstream(server, { issuer: '' }, { ...members, want_assertions_signed: false });
      const { location } = await come(await begin(), { nameId: sign, sign });
      expect((await browser.open(location)).url).toMatch(/\/account$/);
    },
  );

  it('whose response comes twice signs in once', async () => {
    const url = await begin();
    const xml = provider.answer(url, { nameId: 'twice' });
    const { headers } = await postResponse(url, xml);
    expect((await postResponse(url, xml)).status).toBe(400);
    expect((await refusals()).at(-1)).toBe('replayed');
    expect((await browser.open(headers.get('location') ?? '')).url).toMatch(/\/account$/);
    expect((await postResponse(url, xml)).status).toBe(400);
  });

  it('whose response comes to two replicas at once signs in once', async () => {
    const replica = await startServer({
      ...environment,
      DATABASE_URL: server.databaseUrl,
      EYRIE_ISSUER: server.issuer,
    });
    try {
      const url = await begin();
      const xml = provider.answer(url, { nameId: 'replicas' });
      const acs = `${await replica.app.getUrl()}/upstream/acme/acs`;
      const answers = await Promise.all([
        postResponse(url, xml),
        postResponse(url, xml, acs),
        postResponse(url, xml),
        postResponse(url, xml, acs),
      ]);
      const metadata = '/upstream/acme/metadata';
      const of = async (base: string): Promise<string> => (await fetch(base + metadata)).text();
      // Both sign with the key that was stored first.
      expect(/<ds:X509Certificate>[^<]+/.exec(await of(await replica.app.getUrl()))?.[0]).toBe(
        /<ds:X509Certificate>[^<]+/.exec(await of(server.issuer))?.[0],
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 400, 400, 400]);
    } finally {
      await replica.stop();
    }
  });

  it('cannot be signed in by the response of somebody else', async () => {
    const attacker = new TestBrowser(server.issuer);
    const { location } = await come(await begin(attacker), { nameId: 'attacker' });
    await browser.open('/login');
    expect((await browser.open(location)).status).toBe(403);
    expect((await refusals()).at(-1)).toBe('other_browser');
  });

  it('does not replay an assertion of an earlier sign-in', async () => {
    const earlier = await begin();
    const xml = provider.answer(earlier);
    const later = await begin();
    expect((await postResponse(later, xml)).status).toBe(400);
    expect((await refusals()).at(-1)).toBe('bad_answer');
  });

  const evil = (xml: string): string =>
    xml.replace(/>nils</, '>mallory<').replace('ID="_assertion"', 'ID="_evil"');
  const signature = /<ds:Signature.*?<\/ds:Signature>/s;
  const assertion = /<saml:Assertion.*<\/saml:Assertion>/s;
  const parts = (xml: string): { whole: string; sig: string; bare: string } => {
    const whole = assertion.exec(xml)?.[0] ?? '';
    const sig = signature.exec(whole)?.[0] ?? '';
    return { whole, sig, bare: whole.replace(sig, '') };
  };
  const swapped = (make: (of: ReturnType<typeof parts>) => string) => (xml: string) =>
    xml.replace(assertion, () => make(parts(xml)));
  const intoSignature = (host: string, sig: string, inner: string): string =>
    host.replace(
      '</saml:Issuer>',
      () =>
        `</saml:Issuer>${sig.replace('</ds:Signature>', () => `<ds:Object>${inner}</ds:Object></ds:Signature>`)}`,
    );
  const wrapResponse = (isDetached: boolean) => (xml: string) => {
    const sig = signature.exec(xml)?.[0] ?? '';
    const bare = xml.replace(sig, '');
    const forged = bare
      .replace('ID="_response"', 'ID="_evil"')
      .replace('>nils<', '>mallory<')
      .replace('ID="_assertion"', 'ID="_other"');
    return isDetached
      ? forged.replace('<samlp:Status>', () => `${bare}${sig}<samlp:Status>`)
      : intoSignature(forged, sig, bare);
  };

  const wrong: readonly [string, string, SamlAnswer][] = [
    [
      'XSW1: a signed response in the signature of a forged one',
      'the response has several assertions',
      { sign: 'response', after: wrapResponse(false) },
    ],
    [
      'XSW2: a signed response beside its signature in a forged one',
      'the response has several assertions',
      { sign: 'response', after: wrapResponse(true) },
    ],
    [
      'XSW3: a forged assertion before the signed one',
      'the response has several assertions',
      { after: swapped(({ whole, bare }) => evil(bare) + whole) },
    ],
    [
      'XSW4: the signed assertion in a forged one',
      'the response has several assertions',
      {
        after: swapped(({ whole, bare }) =>
          evil(bare).replace('</saml:Assertion>', () => `${whole}</saml:Assertion>`),
        ),
      },
    ],
    [
      'XSW5: the signature in a forged assertion, the signed one behind it',
      'the response has several assertions',
      { after: swapped(({ whole, bare }) => evil(whole) + bare) },
    ],
    [
      'XSW6: the signed assertion in the signature of a forged one',
      'the response has several assertions',
      {
        after: swapped(
          ({ sig, bare }) =>
            intoSignature(evil(bare), sig.replace('</ds:Signature>', ''), '').replace(
              '<ds:Object></ds:Object></ds:Signature>',
              '',
            ) + bare,
        ),
      },
    ],
    [
      'XSW7: a forged assertion in extensions',
      'the response has several assertions',
      {
        after: (xml) =>
          xml.replace(
            '<samlp:Status>',
            () => `<samlp:Extensions>${evil(parts(xml).bare)}</samlp:Extensions><samlp:Status>`,
          ),
      },
    ],
    [
      'XSW8: the signed assertion in an object of the signature of a forged one',
      'the response has several assertions',
      { after: swapped(({ sig, bare }) => intoSignature(evil(bare), sig, bare)) },
    ],
    [
      'a forged assertion with the same ID',
      'the response has several assertions',
      { after: swapped(({ whole, bare }) => evil(bare).replace('_evil', '_assertion') + whole) },
    ],
    [
      'two signed assertions',
      'the response has several assertions',
      { after: swapped(({ whole }) => whole + whole) },
    ],
    [
      'two signatures in an assertion',
      'expected one Signature in Assertion, received several',
      { after: swapped(({ whole, sig }) => whole.replace(sig, () => sig + sig)) },
    ],
    ['a changed NameID', 'Invalid signature', { after: (xml) => xml.replace('>nils<', '>mallory<') }],
    [
      'a comment in the NameID',
      'the document has a document type, a comment, a CDATA section or an instruction',
      { nameId: 'nils@acme.example.evil.example', after: (xml) => xml.replace('.evil.', '<!---->.evil.') },
    ],
    [
      'a comment in the NameID from before it was signed',
      'the document has a document type, a comment, a CDATA section or an instruction',
      { before: (xml) => xml.replace('>nils<', '>nils<!-- -->.evil<') },
    ],
    [
      'a CDATA section in the NameID',
      'the document has a document type, a comment, a CDATA section or an instruction',
      { before: (xml) => xml.replace('>nils<', '><![CDATA[nils]]><') },
    ],
    [
      'a processing instruction',
      'the document has a document type, a comment, a CDATA section or an instruction',
      { after: (xml) => xml.replace('<samlp:Status>', '<?x y?><samlp:Status>') },
    ],
    [
      'an element in the NameID',
      'NameID holds elements, not a text',
      { before: (xml) => xml.replace('>nils<', '>nils<saml:X>m</saml:X><') },
    ],
    ['no signature', 'the assertion is not signed', { sign: 'none' }],
    ['an unsigned assertion in a signed response', 'the assertion is not signed', { sign: 'response' }],
    ['the signature of another key', 'Invalid signature', { by: expired }],
    [
      'another audience',
      'the audience is https://other.example.com',
      { audience: 'https://other.example.com' },
    ],
    ['no audience', 'the audience is missing', { audience: null }],
    [
      'another recipient',
      'the recipient is https://other.example.com/acs',
      { recipient: 'https://other.example.com/acs' },
    ],
    ['no recipient', 'the recipient is missing', { recipient: null }],
    [
      'another destination',
      'the Destination of the response is https://other.example.com/acs',
      { destination: 'https://other.example.com/acs' },
    ],
    [
      'no destination in a signed response',
      'the Destination of the response is missing',
      { sign: 'both', destination: null },
    ],
    [
      'another issuer',
      'the assertion is of https://other.example.com',
      { issuer: 'https://other.example.com' },
    ],
    ['another request', 'the response answers _other', { inResponseTo: '_other' }],
    ['no request: begun by the provider', 'the response answers no request', { inResponseTo: null }],
    [
      'no request in the assertion alone',
      'the assertion answers no request',
      { before: (xml) => xml.replace(/(<saml:SubjectConfirmationData[^>]*) InResponseTo="[^"]*"/, '$1') },
    ],
    ['a validity that is over', 'was valid until', { notOnOrAfter: -61 }],
    ['a validity that begins later', 'is valid from', { notBefore: 120 }],
    ['a sign-in in the future', 'is valid from', { authnInstant: 120 }],
    [
      'two subject confirmations',
      'expected one SubjectConfirmation in Subject, received several',
      {
        before: (xml) =>
          xml.replace(/<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/s, (one) => one + one),
      },
    ],
    [
      'a confirmation that is not bearer',
      'the subject is confirmed by urn:oasis:names:tc:SAML:2.0:cm:sender-vouches',
      { before: (xml) => xml.replace('cm:bearer', 'cm:sender-vouches') },
    ],
    [
      'a condition that is not known',
      'the condition Condition is not known',
      { before: (xml) => xml.replace('</saml:Conditions>', '<saml:Condition/></saml:Conditions>') },
    ],
    [
      'a time with a zone',
      'NotOnOrAfter is not a time in UTC',
      { before: (xml) => xml.replace(/(SubjectConfirmationData NotOnOrAfter="[^"]*)Z"/, '$1+00:00"') },
    ],
    [
      'a transient NameID',
      'the NameID is transient, and subject_claim names no attribute',
      { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' },
    ],
    ['an empty NameID', 'there is no single value of sub', { nameId: '' }],
    ['SHA-1', 'the signature algorithm is http://www.w3.org/2000/09/xmldsig', { algorithms: sha1 }],
    [
      'HMAC with the certificate as its key',
      'the signature algorithm is http://www.w3.org/2000/09/xmldsig',
      {
        after: (xml) =>
          xml.replace(
            'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
            'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
          ),
      },
    ],
    [
      'an empty Reference URI',
      'a Signature is over no URI,',
      { after: (xml) => xml.replace('URI="#_assertion"', 'URI=""') },
    ],
    [
      'a Reference to the response',
      'a Signature is over',
      { after: (xml) => xml.replace('URI="#_assertion"', 'URI="#_response"') },
    ],
    [
      'another transform',
      'the transforms are',
      {
        after: (xml) =>
          xml.replace(
            /Transform Algorithm="[^"]*xml-exc-c14n#"/,
            'Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"',
          ),
      },
    ],
    [
      'canonicalization with comments',
      'the canonicalization is http://www.w3.org/2001/10/xml-exc-c14n',
      {
        after: (xml) =>
          xml.replace(
            /CanonicalizationMethod Algorithm="[^"]*"/,
            'CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#WithComments"',
          ),
      },
    ],
    [
      'two references',
      'expected one Reference in SignedInfo, received several',
      { after: (xml) => xml.replace(/<ds:Reference.*<\/ds:Reference>/s, (one) => one + one) },
    ],
    [
      'a document type',
      'the document has a document type, a comment, a CDATA section or an instruction',
      { after: (xml) => `<!DOCTYPE x>${xml}` },
    ],
    [
      'an external entity',
      'the document has a document type, a comment, a CDATA section or an instruction',
      {
        after: (xml) =>
          `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${xml.replace('>nils<', '>&e;<')}`,
      },
    ],
    [
      'an entity bomb',
      'the document has a document type, a comment, a CDATA section or an instruction',
      {
        after: (xml) =>
          `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${xml.replace('>nils<', '>&b;<')}`,
      },
    ],
    ['an unknown entity', 'not well-formed', { after: (xml) => xml.replace('>nils<', '>&e;<') }],
    [
      'too many elements',
      'the document has too many elements',
      {
        before: (xml) => xml.replace('</saml:Conditions>', `</saml:Conditions>${'<saml:a/>'.repeat(2_100)}`),
      },
    ],
    [
      'elements that lie too deep',
      'the document has too many elements',
      {
        after: (xml) =>
          xml.replace(
            '<samlp:Status>',
            `<samlp:Extensions>${'<a>'.repeat(40)}${'</a>'.repeat(40)}</samlp:Extensions><samlp:Status>`,
          ),
      },
    ],
    ['what is not XML', 'not well-formed', { after: () => 'no <xml' }],
    ['nothing', 'not well-formed', { after: () => '' }],
    ['an assertion alone', 'expected a Response, not Assertion', { after: (xml) => parts(xml).whole }],
  ];
  it.each(wrong)('is refused on a page for a response with %s', async (_name, detail, answer) => {
    const { status, html, headers } = await come(await begin(), answer);
    expect(status).toBe(400);
    expect(html).toContain('You are not signed in');
    expect(html).not.toContain('mallory');
    expect((await refusals()).at(-1)).toBe('bad_answer');
    await expectExplained(server, { headers, html }, { error: 'bad_answer', detail });
  });

  it('is refused for a response that is larger than a request may be', async () => {
    const url = await begin();
    expect((await postResponse(url, provider.answer(url, { nameId: 'n'.repeat(70_000) }))).status).toBe(413);
  });

  it('is refused for a response without a request, which is counted', async () => {
    const url = await begin();
    const acs = readRequest(url).acs;
    const response = await fetch(acs, {
      method: 'POST',
      body: new URLSearchParams({ SAMLResponse: Buffer.from(provider.answer(url)).toString('base64') }),
    });
    expect(response.status).toBe(400);
    expect((await refusals()).at(-1)).toBe('unknown_request');
  });

  it('is refused where the provider says that they did not sign in', async () => {
    const { status } = await come(await begin(), {
      status: 'urn:oasis:names:tc:SAML:2.0:status:AuthnFailed',
    });
    expect(status).toBe(403);
    expect((await refusals()).at(-1)).toBe('denied');
    const fault = 'urn:oasis:names:tc:SAML:2.0:status:Responder';
    expect((await come(await begin(), { status: fault })).status).toBe(400);
    expect((await refusals()).at(-1)).toBe('bad_answer');
  });

  it('is refused once the certificate of the provider has expired', async () => {
    await registerUpstream(server, { issuer: '' }, { ...members, certificates: [expired.certificate] });
    expect((await come(await begin(), { by: expired })).status).toBe(400);
  });

  it('may have SHA-1 where the operator allows it', async () => {
    await registerUpstream(server, { issuer: '' }, { ...members, allow_sha1: true });
    expect((await come(await begin(), { algorithms: sha1, nameId: 'old' })).status).toBe(303);
  });

  it('has its metadata with the endpoint and without a secret', async () => {
    const shown = await browser.open('/upstream/acme/metadata');
    expect(shown.headers.get('content-type')).toContain('application/samlmetadata+xml');
    expect(shown.html).toContain(`Location="${server.issuer}/upstream/acme/acs"`);
    expect(shown.html).toContain('WantAssertionsSigned="true"');
  });
});
