import { connect } from 'node:net';
import { useServer } from '../support/server.js';

describe('A2 what is no HTTP', () => {
  const server = useServer();

  /** All that the server says until it closes the connection. */
  const said = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const socket = connect(Number(new URL(server.issuer).port), '127.0.0.1');
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.once('error', reject);
      socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
      socket.write(Buffer.from(bytes, 'latin1'));
    });

  it.each([
    ['bytes in a path that belong in none', 'GET /jwks?\xff\xfe=x HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['the same by HEAD', 'HEAD /jwks?\xff\xfe=x HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['a method that nobody knows', 'FLY /jwks HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['another protocol', '\x16\x03\x01\x02\x00', 400],
    ['headers without end', `GET /jwks HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(17_000)}\r\n\r\n`, 431],
  ])('A2 %s are answered without a body, and the connection is closed', async (_title, bytes, status) => {
    expect(await said(bytes)).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} [\\w ]+\r\nConnection: close\r\nContent-Length: 0\r\n\r\n$`),
    );
  });
});
