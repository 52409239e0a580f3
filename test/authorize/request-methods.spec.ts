import { responseOf } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { encode, form } from '../support/relying-party.js';
import { authorizeUrl, expectPage, requestFields } from '../support/authorization-requests.js';
import { walk } from '../support/walk.js';
import { useBrowser } from '../support/use-browser.js';

describe('The methods of an authorization request', () => {
  const server = useServer({}, { users: [alice], clients: [messageWriter] });
  const browser = useBrowser(server);

  const post = (body: string, headers: Record<string, string> = {}) =>
    browser.send('/authorize', { method: 'POST', body, headers: { 'content-type': form, ...headers } });

  describe('A1 methods', () => {
    it('A1 a form post leads to the sign-in page and to a code, as a GET does', async () => {
      const answer = await post(encode(requestFields()));

      expect(answer.status).toBe(303);
      const left = await walk(browser, answer.headers.get('location') ?? '');
      expect(responseOf(left).get('code')).toMatch(/^[\w-]{43}$/);
    });

    it('A1 a form post with an error is answered as the GET is', async () => {
      const fields = requestFields({ response_type: 'token' });

      const posted = await post(encode(fields));
      const got = await browser.send(`/authorize?${encode(fields)}`);

      expect(posted.status).toBe(got.status);
      const [first, second] = [posted, got].map(({ headers }) =>
        headers.get('location')?.replace(/reference\+[\da-f-]{36}/, 'reference'),
      );
      expect(first).toBe(second);
    });

    it('A1 parameters in the query of a POST do not count', async () => {
      expectPage(
        await browser.send(authorizeUrl(), { method: 'POST', body: '', headers: { 'content-type': form } }),
      );
    });

    it('A1 a post that another site made comes again by GET, with the cookies that SameSite kept back', async () => {
      const fields = requestFields({ state: 'a b&c=d+é', claims: '{"id_token":null}' });

      const answer = await post(encode(fields), {
        'sec-fetch-site': 'cross-site',
        origin: 'https://writer.example.com',
      });

      expect(answer.status).toBe(303);
      const again = new URL(answer.headers.get('location') ?? '', server.issuer);
      expect(again.origin + again.pathname).toBe(`${server.issuer}/authorize`);
      expect(Object.fromEntries(again.searchParams)).toEqual(fields);
      expect(answer.headers.getSetCookie()).toEqual([]);
    });

    it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('A1 %s is answered with 405 and Allow', async (method) => {
      const answer = await browser.send(authorizeUrl(), { method });

      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('GET, POST');
      expect(answer.headers.get('location')).toBeNull();
    });

    it('A1 HEAD gets the headers of GET without a body', async () => {
      const answer = await browser.send(authorizeUrl(), { method: 'HEAD' });

      expect(answer).toMatchObject({ status: 303, html: '' });
    });

    it.each([
      ['GET', {}],
      ['POST', {}],
      ['OPTIONS', { 'access-control-request-method': 'POST' }],
    ])('A1 %s from another origin gets no CORS header', async (method, headers) => {
      const answer = await browser.send(authorizeUrl(), {
        method,
        headers: { origin: 'https://elsewhere.example', ...headers },
      });

      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    });
  });
});
