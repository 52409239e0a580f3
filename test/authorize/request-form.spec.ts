import { connect } from 'node:net';
import { responseOf } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { encode, form } from '../support/relying-party.js';
import {
  authorizeUrl,
  expectErrorRedirect,
  expectPage,
  requestFields,
  rowCounts,
} from '../support/authorization-requests.js';
import { shows, walk } from '../support/walk.js';
import { useBrowser } from '../support/use-browser.js';

describe('The form of an authorization request', () => {
  const server = useServer({}, { users: [alice], clients: [messageWriter] });
  const browser = useBrowser(server);

  const post = (body: string, headers: Record<string, string> = {}) =>
    browser.send('/authorize', { method: 'POST', body, headers: { 'content-type': form, ...headers } });

  describe('A2 parameters', () => {
    it('A2 an anonymous request writes no row', async () => {
      const before = await rowCounts(server);

      const page = await browser.open(authorizeUrl());
      await browser.open(authorizeUrl({ prompt: 'none' }));
      await browser.open(authorizeUrl({ client_id: 'nobody' }));

      expect(shows.signIn(page)).toBe(true);
      expect(await rowCounts(server)).toEqual(before);
    });

    it.each(
      (
        [
          ['response_type', 'code'],
          ['scope', 'openid'],
          ['response_mode', 'query'],
          ['nonce', 'n'],
          ['display', 'page'],
          ['prompt', 'none'],
          ['max_age', '10'],
          ['ui_locales', 'de'],
          ['claims_locales', 'de'],
          ['id_token_hint', 'x'],
          ['login_hint', 'x'],
          ['acr_values', 'x'],
          ['claims', '{}'],
          ['code_challenge', 'x'],
          ['code_challenge_method', 'S256'],
          ['request', 'x'],
          ['request_uri', 'x'],
          ['registration', 'x'],
        ] as const
      ).map(([name, value]) => ({ name, value })),
    )('A2 $name sent twice is invalid_request', async ({ name, value }) => {
      const page = await browser.send(authorizeUrl({ [name]: [value, value] }));

      expectErrorRedirect(page, 'invalid_request', server);
    });

    it('A2 state sent twice is invalid_request, with neither of them', async () => {
      const page = await browser.send(authorizeUrl({ state: ['one', 'two'] }));

      const answer = responseOf({ ...page, url: page.headers.get('location') ?? '' });
      expect(answer.get('error')).toBe('invalid_request');
      expect(answer.has('state')).toBe(false);
    });

    it('A2 a parameter sent with and without a value is sent twice', async () => {
      expectErrorRedirect(await browser.send(authorizeUrl({ nonce: ['', 'n'] })), 'invalid_request', server);
    });

    it('A2 an unknown parameter is ignored, however often it is sent', async () => {
      const page = await browser.open(authorizeUrl({ utm_source: ['a', 'b'], resource_hint: 'x' }));

      expect(shows.signIn(page)).toBe(true);
    });

    it('A2 an empty parameter counts as absent', async () => {
      const page = await browser.open(
        authorizeUrl({ response_mode: '', prompt: '', max_age: '', claims: '', request: '' }),
      );
      expect(shows.signIn(page)).toBe(true);

      expectErrorRedirect(await browser.send(authorizeUrl({ response_type: '' })), 'invalid_request', server);
      expectPage(await browser.send(authorizeUrl({ client_id: '' })));
    });

    it('A2 the order of parameters does not matter', async () => {
      const fields = Object.fromEntries(Object.entries(requestFields()).toReversed());

      expect(shows.signIn(await browser.open(`/authorize?${encode(fields)}`))).toBe(true);
    });

    const valid = encode(requestFields());
    const hostile: [string, string, number][] = [
      ['a NUL character', `${valid}&nonce=a%00b`, 400],
      ['a NUL character in a name', `${valid}&a%00b=c`, 400],
      ['half a percent-encoding', `${valid}&nonce=%E0%A4%A`, 400],
      ['a lone percent sign', `${valid}&nonce=100%`, 400],
      ['bytes that are not UTF-8', `${valid}&nonce=%ff%fe`, 400],
      ['an overlong UTF-8 form', `${valid}&nonce=%c0%af`, 400],
      ['an encoded surrogate', `${valid}&nonce=%ed%a0%80`, 400],
      ['thousands of parameters', `${valid}${'&a=b'.repeat(1_800)}`, 400],
      ['more than 8 KiB', `${valid}&nonce=${'x'.repeat(9_000)}`, 413],
    ];
    it.each(hostile)('A2 %s gets a page, by GET', async (_what, query, status) => {
      expectPage(await browser.send(`/authorize?${query}`), status);
    });
    it.each(hostile)('A2 %s gets a page, by POST', async (_what, body, status) => {
      expectPage(await post(body), status);
    });

    it.each([
      ['__proto__', '&__proto__=x&__proto__[client_id]=y&constructor.prototype.z=1'],
      ['names in brackets', '&client_id[]=x&client_id[a][b]=y&scope[]=z'],
      ['names without value', '&x&&&=&=y'],
    ])('A2 %s are unknown parameters', async (_what, more) => {
      expect(shows.signIn(await browser.open(`/authorize?${valid}${more}`))).toBe(true);
    });

    it('A2 a parameter only in brackets is missing', async () => {
      const nested = encode(requestFields({ client_id: undefined, 'client_id[]': messageWriter.client_id }));

      expectPage(await browser.send(`/authorize?${nested}`));
    });

    it('A2 a request of 8,000 characters passes through every page', async () => {
      const more = 8_000 - valid.length - '&nonce='.length;

      const left = await walk(browser, `/authorize?${valid}&nonce=${'n'.repeat(more)}`);

      expect(responseOf(left).has('code')).toBe(true);
    });

    it('A2 a megabyte is refused with 4xx, by GET and by POST', async () => {
      const megabyte = 'x'.repeat(1_048_576);
      // Node may hang up on whoever is still sending, having answered.
      const got = await rawStatus(`GET /authorize?state=${megabyte} HTTP/1.1\r\nhost: x\r\n\r\n`);
      expect(got).toBe(431);

      expectPage(await post(`${valid}&nonce=${'x'.repeat(100_000)}`), 413);
    });

    it.each([
      ['JSON', 'application/json', JSON.stringify(requestFields())],
      ['malformed JSON', 'application/json', '{'],
      ['JSON with __proto__', 'application/json', '{"__proto__":{"client_id":"x"}}'],
      ['multipart', 'multipart/form-data; boundary=x', '--x--'],
      ['plain text', 'text/plain', valid],
      ['XML', 'application/xml', '<a/>'],
      ['an unreadable media type', ';;', valid],
    ])('A2 a body of %s is refused with a page', async (_what, type, body) => {
      const page = await post(body, { 'content-type': type });

      expectPage(page, page.status);
      expect([400, 415]).toContain(page.status);
    });

    it('A2 a body of raw bytes that are not UTF-8 gets 4xx', async () => {
      const body = Buffer.concat([Buffer.from(`${valid}&nonce=`), Buffer.from([0xff, 0xfe, 0xc0])]);
      const status = await rawStatus(
        Buffer.concat([
          Buffer.from(
            `POST /authorize HTTP/1.1\r\nhost: x\r\ncontent-type: ${form}\r\ncontent-length: ${body.length}\r\n\r\n`,
          ),
          body,
        ]),
      );

      expect(status).toBe(400);
    });

    it('A2 raw bytes in the query get no 5xx', async () => {
      const request = Buffer.concat([
        Buffer.from(`GET /authorize?${valid}&nonce=`),
        Buffer.from([0xff, 0xc3, 0x28]),
        Buffer.from(' HTTP/1.1\r\nhost: x\r\n\r\n'),
      ]);

      expect(await rawStatus(request)).toBeLessThan(500);
    });
  });

  /** The status that raw bytes are answered with. */
  function rawStatus(request: string | Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(server.issuer).port), '127.0.0.1', () => socket.write(request));
      socket.once('data', (answer) => {
        resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.toString('latin1'))?.[1]));
        socket.destroy();
      });
      socket.once('error', reject);
    });
  }
});
