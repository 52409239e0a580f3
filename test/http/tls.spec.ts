import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { type Certificate, certificate } from '../support/certificates.js';
import { freePort, startServer, type TestServer } from '../support/server.js';

describe('TLS without a proxy', () => {
  let server: TestServer;
  let folder: string;
  let host: Certificate;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyrie-tls-'));
    host = await certificate({ subject: [{ CN: ['host'] }], names: [{ type: 'ip', value: '127.0.0.1' }] });
    await writeFile(join(folder, 'host.pem'), host.cert);
    await writeFile(join(folder, 'host.key'), host.key);
    const port = await freePort();
    server = await startServer({
      PORT: String(port),
      EYRIE_ISSUER: `https://127.0.0.1:${port}`,
      EYRIE_TLS_CERT: join(folder, 'host.pem'),
      EYRIE_TLS_KEY: join(folder, 'host.key'),
    });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['TLSv1.2', 'ECDHE-ECDSA-AES128-SHA256', undefined],
    ['TLSv1.2', 'ECDHE-ECDSA-AES256-SHA', undefined],
    ['TLSv1.2', 'ECDHE-ECDSA-AES128-CCM', undefined],
    ['TLSv1.1', 'ALL:@SECLEVEL=0', undefined],
    ['TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    ['TLSv1.3', 'TLS_AES_256_GCM_SHA384', 'TLS_AES_256_GCM_SHA384'],
  ] as const)('of %s with %s, %s is agreed on', async (version, ciphers, agreed) => {
    const { port, hostname } = new URL(server.issuer);
    const socket = connect({
      host: hostname,
      port: Number(port),
      ca: host.cert,
      ciphers,
      minVersion: version,
      maxVersion: version,
    });
    const cipher = await new Promise((resolve) => {
      socket.once('secureConnect', () => resolve(socket.getCipher().name));
      socket.once('error', () => resolve(undefined));
    });
    socket.destroy();
    expect(cipher).toBe(agreed);
  });
});
