import { responseOf, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { authorizeUrl, expectCode, redirectUri } from '../support/authorization-requests.js';
import { signedInBrowser, walk } from '../support/walk.js';

/** Every printable character, quotes and markup among them, line ends, and some beyond ASCII: 400 characters and more. */
const awkward =
  `${Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')}\r\n\t<b>"'&amp;</b>äß漢字🦅%0d%0a`.repeat(
    4,
  );

describe('The response of the authorization endpoint', () => {
  const server = useServer();
  /** Signed in, and everything allowed. */
  let browser: TestBrowser;

  beforeAll(async () => {
    await server.createUser(alice);
    await server.register(messageWriter);
    await server.register({
      ...messageWriter,
      client_id: 'with-query',
      redirect_uris: ['https://writer.example.com/callback?a=%221%22&amp;b'],
    });
    browser = await signedInBrowser(server);
    await walk(browser, authorizeUrl());
  });

  const anonymous = () => new TestBrowser(server.issuer);

  describe('A6 response modes', () => {
    it('A6 without response_mode, and with query, the code is in the query', async () => {
      for (const response_mode of [undefined, 'query']) {
        const page = await browser.send(authorizeUrl({ response_mode }));

        expect(page.status).toBe(303);
        const location = new URL(page.headers.get('location') ?? '');
        expect(location.origin + location.pathname).toBe(redirectUri);
        expect([...location.searchParams.keys()]).toEqual(['code', 'state', 'iss']);
        expect(location.hash).toBe('');
        expect(page.headers.get('cache-control')).toBe('no-store');
      }
    });

    it('A6 with fragment the code is in the fragment', async () => {
      const page = await browser.send(authorizeUrl({ response_mode: 'fragment' }));

      const location = new URL(page.headers.get('location') ?? '');
      expect(location.search).toBe('');
      expect([...new URLSearchParams(location.hash.slice(1)).keys()]).toEqual(['code', 'state', 'iss']);
    });

    it('A6 with form_post the code is in a form, never in a URL', async () => {
      const page = await browser.send(authorizeUrl({ response_mode: 'form_post' }));

      expect({ status: page.status, location: page.headers.get('location') }).toEqual({
        status: 200,
        location: null,
      });
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(formOf(page.html)).toEqual({
        method: 'post',
        action: redirectUri,
        fields: { code: expect.stringMatching(/^[\w-]{43}$/), state: 'the state', iss: server.issuer },
      });
    });

    it('A6 the form_post page has a button for browsers without JavaScript, and a script by nonce for the others', async () => {
      const page = await browser.send(authorizeUrl({ response_mode: 'form_post' }));

      expect(page.html).toMatch(/<form[^>]*>[\s\S]*<button type="submit"[\s\S]*<\/form>/);
      const policy = page.headers.get('content-security-policy') ?? '';
      const nonce = /script-src 'nonce-([\w-]{22})'/.exec(policy)?.[1];
      expect([...page.html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).toEqual([
        `<script nonce="${nonce}">`,
      ]);
      expect(policy).toContain("form-action 'self' https://writer.example.com");
      const again = await browser.send(authorizeUrl({ response_mode: 'form_post' }));
      expect(again.headers.get('content-security-policy')).not.toContain(String(nonce));
    });

    it.each([
      ['query', (location: URL) => location.searchParams],
      ['fragment', (location: URL) => new URLSearchParams(location.hash.slice(1))],
    ])('A6 an error comes by %s where that was asked for', async (response_mode, read) => {
      const page = await anonymous().send(authorizeUrl({ response_mode, prompt: 'none' }));

      expect(page.status).toBe(303);
      const location = new URL(page.headers.get('location') ?? '');
      expect(Object.fromEntries(read(location))).toMatchObject({
        error: 'login_required',
        state: 'the state',
        iss: server.issuer,
      });
      expect(location.search === '' || location.hash === '').toBe(true);
    });

    it.each([
      ['of the request', { response_type: 'token' }, 'unsupported_response_type'],
      ['of prompt=none', { prompt: 'none' }, 'login_required'],
    ])('A6 an error %s comes by form_post where that was asked for', async (_what, changes, error) => {
      const page = await anonymous().send(authorizeUrl({ response_mode: 'form_post', ...changes }));

      expect({ status: page.status, location: page.headers.get('location') }).toEqual({
        status: 200,
        location: null,
      });
      expect(formOf(page.html).fields).toMatchObject({ error, state: 'the state', iss: server.issuer });
    });

    it('A6 a denial comes by form_post where that was asked for', async () => {
      const own = await signedInBrowser(server);
      const consent = await own.open(authorizeUrl({ response_mode: 'form_post', prompt: 'consent' }));

      const page = await own.submit(consent, { decision: 'deny' });

      expect(page.status).toBe(200);
      expect(formOf(page.html).fields).toMatchObject({
        error: 'access_denied',
        state: 'the state',
        iss: server.issuer,
      });
    });

    it.each(['web_message', 'query.jwe', 'QUERY', 'query fragment'])(
      'A6 response_mode=%s is invalid_request, by query',
      async (response_mode) => {
        const page = await anonymous().send(authorizeUrl({ response_mode }));

        expect(new URL(page.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request');
      },
    );

    it('A6 the redirection URI and state are escaped in the form', async () => {
      const uri = 'https://writer.example.com/callback?a=%221%22&amp;b';
      const page = await anonymous().send(
        authorizeUrl({
          client_id: 'with-query',
          redirect_uri: uri,
          response_mode: 'form_post',
          prompt: 'none',
          state: '"><script>alert(1)</script>',
        }),
      );

      expect(formOf(page.html)).toMatchObject({
        action: uri,
        fields: { state: '"><script>alert(1)</script>' },
      });
      expect(page.html).not.toContain('<script>alert');
    });
  });

  describe('A7 state, nonce and iss', () => {
    it.each([
      ['a 400-character state', 'x'.repeat(400)],
      ['a 4,000-character state', 'x'.repeat(4_000)],
      ['a state of awkward characters', awkward.slice(0, 700)],
      ['a state that looks like parameters', 'a=b&error=x&code=y#z?'],
      ['a state with spaces and plus signs', ' + %20 %2B '],
    ])('A7 %s comes back as it was, in every mode, with a code and with an error', async (_what, state) => {
      for (const response_mode of ['query', 'fragment']) {
        const allowed = await browser.open(authorizeUrl({ response_mode, state }));
        expect(responseOf(allowed).get('state')).toBe(state);
        expect(responseOf(allowed).get('code')).toMatch(/^[\w-]{43}$/);
        const refused = await anonymous().open(authorizeUrl({ response_mode, state, prompt: 'none' }));
        expect(responseOf(refused).get('state')).toBe(state);
      }
      const posted = await browser.open(authorizeUrl({ response_mode: 'form_post', state }));
      expect(formOf(posted.html).fields.state).toBe(state);
    });

    it('A7 a state comes back as it was after sign-in and consent', async () => {
      const left = await walk(
        anonymous(),
        authorizeUrl({ state: awkward.slice(0, 600), prompt: 'login consent' }),
      );

      expect(responseOf(left).get('state')).toBe(awkward.slice(0, 600));
    });

    it('A7 without state there is none in the answer', async () => {
      const left = await browser.open(authorizeUrl({ state: undefined }));

      expect(responseOf(left).has('state')).toBe(false);
    });

    it.each([
      ['400 characters', 'n'.repeat(400)],
      ['4,000 characters', 'n'.repeat(4_000)],
      ['awkward characters', awkward.slice(0, 700)],
    ])('A7 a nonce of %s is in the ID token as it was', async (_what, nonce) => {
      const party = await RelyingParty.register(server, {}, browser);

      const { id_token } = await party.tokens({ nonce });

      expect(payloadOf(id_token).nonce).toBe(nonce);
    });

    it('A7 the metadata says that iss is in every response', async () => {
      const metadata = (await (
        await fetch(`${server.issuer}/.well-known/openid-configuration`)
      ).json()) as object;

      expect(metadata).toMatchObject({ authorization_response_iss_parameter_supported: true });
    });

    it('A7 two codes are never the same', async () => {
      const codes = [await browser.open(authorizeUrl()), await browser.open(authorizeUrl())].map(expectCode);

      expect(new Set(codes).size).toBe(2);
    });
  });
});

/** The one form of a page. */
function formOf(html: string): { method: string; action: string; fields: Record<string, string> } {
  const [, method = '', action = ''] = /<form method="([^"]*)" action="([^"]*)">/.exec(html) ?? [];
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
    ([, name = '', value = '']) => [unescaped(name), unescaped(value)],
  );
  return { method, action: unescaped(action), fields: Object.fromEntries(fields) as Record<string, string> };
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
