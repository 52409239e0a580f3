import { connect } from 'node:net';
import { alice, type TestServer, useServer } from '../support/server.js';
import { basic, encode, expectRefusal, form, post, RelyingParty, request } from '../support/relying-party.js';

describe('B1 the form of a token request', () => {
  const server = useServer();
  let client: RelyingParty;
  let authorization: string;
  const wanted = { grant_type: 'client_credentials' };

  beforeAll(async () => {
    await server.createUser(alice);
    client = await RelyingParty.register(server, {
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scope: 'openid contacts.read',
    });
    authorization = basic(client.clientId, client.secret);
  });

  it('a form post is answered by JSON that nobody may store', async () => {
    const answer = await client.token(wanted);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 600 });
  });

  it('a charset beside the media type, and its letter case, do not matter', async () => {
    const answer = await post(server, '/token', wanted, {
      authorization,
      'content-type': 'Application/X-WWW-Form-URLEncoded; charset=UTF-8',
    });
    expect(answer.status).toBe(200);
  });

  const bodies: [string, string | undefined, string][] = [
    ['JSON', 'application/json', JSON.stringify(wanted)],
    ['malformed JSON', 'application/json', '{"grant_type":'],
    ['JSON with __proto__', 'application/json', '{"__proto__":{"grant_type":"client_credentials"}}'],
    ['text/plain', 'text/plain', encode(wanted)],
    ['XML', 'application/xml', '<grant_type>client_credentials</grant_type>'],
    [
      'multipart',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\nclient_credentials\r\n--x--\r\n',
    ],
    ['a media type that is none', 'no media type', encode(wanted)],
    ['an empty form', form, ''],
    ['bad percent-encoding', form, 'grant_type=%zz'],
    ['bytes that are not UTF-8', form, 'grant_type=%ff%fe'],
    ['a NUL', form, 'grant_type=client_credentials&scope=a%00b'],
    ['a raw NUL', form, 'grant_type=client_credentials&scope=a\0b'],
    [
      'thousands of parameters',
      form,
      `${encode(wanted)}&${Array.from({ length: 5_000 }, (_, i) => `p${i}=`).join('&')}`,
    ],
    ['only __proto__', form, '__proto__=x&constructor=y&__proto__[grant_type]=client_credentials'],
    ['grant_type as a nested name', form, 'grant_type[]=client_credentials'],
  ];
  it.each(bodies)('%s is invalid_request', async (_title, type, body) => {
    const answer = await request(server, '/token', {
      method: 'POST',
      body: Buffer.from(body),
      headers: { authorization, ...(type === undefined ? {} : { 'content-type': type }) },
    });
    expectRefusal(answer, 400, 'invalid_request');
  });

  it('a body without a media type is invalid_request', async () => {
    const answer = await request(server, '/token', {
      method: 'POST',
      body: Buffer.from(encode(wanted)),
      headers: { authorization },
    });
    expectRefusal(answer, 400, 'invalid_request');
  });

  it('no body at all is invalid_request', async () => {
    expectRefusal(
      await request(server, '/token', { method: 'POST', headers: { authorization } }),
      400,
      'invalid_request',
    );
  });

  it('an oversized body is 413', async () => {
    const answer = await post(
      server,
      '/token',
      { ...wanted, padding: 'x'.repeat(70_000) },
      { authorization },
    );
    expectRefusal(answer, 413, 'invalid_request');
  });

  it('a megabyte in chunks, its length not announced, is refused and the server goes on', async () => {
    const status = await sendChunks(server, authorization, 32, 'x'.repeat(32_768));
    expect([413, undefined]).toContain(status);
    expect((await client.token(wanted)).status).toBe(200);
  });

  const grants = {
    grant_type: { grant_type: ['client_credentials', 'client_credentials'] },
    scope: { grant_type: 'client_credentials', scope: ['contacts.read', 'contacts.read'] },
    code: { grant_type: 'authorization_code', code: ['a', 'a'] },
    redirect_uri: { grant_type: 'authorization_code', code: 'a', redirect_uri: ['a', 'b'] },
    code_verifier: { grant_type: 'authorization_code', code: 'a', code_verifier: ['a', ''] },
    refresh_token: { grant_type: 'refresh_token', refresh_token: ['a', 'b'] },
    client_id: { grant_type: 'client_credentials', client_id: ['a', 'a'] },
  };
  it.each(Object.entries(grants))('a repeated %s is invalid_request', async (name, fields) => {
    const answer = await client.token(fields);
    expectRefusal(answer, 400, 'invalid_request');
    expect(answer.body.error_description).toContain(name);
  });

  it('a repeated client_secret is invalid_request', async () => {
    const { clientId, secret } = client;
    const answer = await post(server, '/token', {
      ...wanted,
      client_id: clientId,
      client_secret: [secret, secret],
    });
    expectRefusal(answer, 400, 'invalid_request');
  });

  it('an unknown parameter is ignored, repeated or not', async () => {
    expect((await client.token({ ...wanted, colour: ['red', 'blue'], empty: '' })).status).toBe(200);
  });

  it('a secret in the query is invalid_request, and proves nothing', async () => {
    const query = encode({ client_id: client.clientId, client_secret: client.secret });
    expectRefusal(await post(server, `/token?${query}`, wanted), 400, 'invalid_request');
  });

  it.each(['code=x', 'grant_type=client_credentials', 'anything'])(
    'a parameter in the query (%s) is invalid_request',
    async (query) => {
      expectRefusal(await post(server, `/token?${query}`, wanted, { authorization }), 400, 'invalid_request');
    },
  );

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])(
    '%s is 405 with Allow: POST, at all three endpoints',
    async (method) => {
      for (const path of ['/token', '/introspect', '/revoke']) {
        const answer = await request(server, path, { method });
        expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 405, 'POST']);
      }
    },
  );

  it('an unknown method is refused with a 4xx', async () => {
    for (const method of ['TRACE', 'PROPFIND', 'BREW']) {
      const line = await statusLine(
        server,
        `${method} /token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      expect(line).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
  });

  it('CORS: a browser application may post here, and reads errors too', async () => {
    const preflight = await request(server, '/token', {
      method: 'OPTIONS',
      headers: { origin: 'https://spa.example.com', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    const refused = await post(server, '/token', {}, { origin: 'https://spa.example.com' });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    expect(refused.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

/** The status of a post of so many chunks; undefined when the server hung up before it was read. */
async function sendChunks(
  server: TestServer,
  authorization: string,
  count: number,
  chunk: string,
): Promise<number | undefined> {
  const head = `POST /token HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: ${form}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
  const piece = `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
  const line = await statusLine(server, `${head}${piece.repeat(count)}0\r\n\r\n`);
  return line === '' ? undefined : Number(line.split(' ')[1]);
}

/** The status line that answers raw bytes; empty when the server only hung up. */
async function statusLine(server: TestServer, bytes: string): Promise<string> {
  const { hostname, port } = new URL(server.issuer);
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (data) => (received += data.toString('latin1')));
    socket.on('error', () => resolve(received.split('\r\n')[0] ?? ''));
    socket.on('close', () => resolve(received.split('\r\n')[0] ?? ''));
  });
}
