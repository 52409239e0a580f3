import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readSettings } from '../../src/config/settings.js';
import { Outbound, OutboundError } from '../../src/outbound/outbound.js';

describe('F4 fetching what a client names', () => {
  let site: Server;
  let origin: string;
  let outbound: Outbound;
  let answer: RequestListener;
  let seen: IncomingMessage[];

  const outboundWith = (allow: string): Outbound =>
    new Outbound(readSettings({ EYRIE_OUTBOUND_ALLOW: allow }));

  beforeAll(async () => {
    site = createServer((request, response) => {
      seen.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const { port } = site.address() as AddressInfo;
    origin = `http://127.0.0.1:${port}`;
    outbound = outboundWith(`127.0.0.1:${port}`);
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(() => new Promise((resolve) => site.close(resolve)));

  it('a JSON document of an allowed host is fetched', async () => {
    answer = (_request, response) => response.end('{"keys":[]}');
    expect(await outbound.fetchJson(`${origin}/jwks`)).toEqual({ keys: [] });
    expect(seen[0]?.headers).toMatchObject({ accept: 'application/json', 'accept-encoding': 'identity' });
  });

  it('a form is posted, and the status comes back whatever it is', async () => {
    answer = (request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => response.writeHead(400).end(body));
    };
    const response = await outbound.fetch(origin, { form: new URLSearchParams({ logout_token: 'a.b.c' }) });
    expect(response).toMatchObject({ status: 400, body: 'logout_token=a.b.c' });
    expect(seen[0]?.method).toBe('POST');
  });

  it.each([
    ['application/JWT; charset=utf-8', 'application/jwt'],
    ['text/html', 'text/html'],
    [undefined, undefined],
  ])('an answer of the type %s is of the media type %s', async (contentType, mediaType) => {
    answer = (_request, response) =>
      response.writeHead(200, contentType === undefined ? {} : { 'content-type': contentType }).end();
    expect((await outbound.fetch(origin)).mediaType).toBe(mediaType);
  });

  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433'])(
    'nothing is sent to %s unless it is allowed',
    async (host) => {
      const { port } = new URL(origin);
      for (const scheme of ['http', 'https'])
        await expect(outboundWith('keys.internal').fetch(`${scheme}://${host}:${port}/`)).rejects.toThrow(
          OutboundError,
        );
      expect(seen).toEqual([]);
    },
  );

  it.each([301, 302, 303, 307, 308])('a %s that leads to a local address is not followed', async (status) => {
    answer = (_request, response) =>
      response.writeHead(status, { location: origin.replace('127.0.0.1', '127.0.0.2') }).end();
    await expect(outbound.fetch(origin)).rejects.toThrow('must use https');
    expect(seen).toHaveLength(1);
  });

  it('two redirects are followed and a third is not', async () => {
    answer = (request, response) => {
      const hop = Number(request.url?.slice(1));
      if (hop === 0) response.end('here');
      else response.writeHead(302, { location: `/${hop - 1}` }).end();
    };
    expect(await outbound.fetch(`${origin}/2`)).toMatchObject({ status: 200, body: 'here' });
    await expect(outbound.fetch(`${origin}/3`)).rejects.toThrow('redirected too often');
  });

  it('the answer to a post is not followed anywhere', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    expect((await outbound.fetch(origin, { form: new URLSearchParams() })).status).toBe(302);
    expect(seen).toHaveLength(1);
  });

  it('an endless body is cut off', async () => {
    let closed: Promise<void> | undefined;
    answer = (_request, response) => {
      closed = new Promise((resolve) => response.once('close', resolve));
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    await expect(outbound.fetch(origin)).rejects.toThrow('larger than 65536 bytes');
    await closed;
  });

  it('a compressed body is refused unread', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('bomb');
    await expect(outbound.fetch(origin)).rejects.toThrow('compressed');
  });

  it.each([
    ['headers', (): void => undefined],
    ['a body', (response: Parameters<RequestListener>[1]): unknown => response.write('{')],
  ])('a host that never finishes its %s is given up', async (_title, begin) => {
    answer = (_request, response) => void begin(response);
    await expect(outbound.fetch(origin)).rejects.toThrow('took too long');
  });

  it('another status than 200 and what is no JSON are refused where JSON is wanted', async () => {
    answer = (_request, response) => response.writeHead(404).end('{}');
    await expect(outbound.fetchJson(origin)).rejects.toThrow('answered 404');
    answer = (_request, response) => response.end('<html>');
    await expect(outbound.fetchJson(origin)).rejects.toThrow('did not answer with JSON');
  });

  it('a message names the URL without its query', async () => {
    const unreachable = outboundWith('127.0.0.1:1');
    await expect(unreachable.fetch('http://127.0.0.1:1/a?token=secret')).rejects.toThrow(
      /^http:\/\/127.0.0.1:1\/a: /,
    );
  });

  it.each(['keys.internal/path', 'https://keys.internal', '0x7f.1', 'a b'])(
    'the setting refuses %s',
    (value) => {
      expect(() => outboundWith(value)).toThrow('EYRIE_OUTBOUND_ALLOW');
    },
  );
});
