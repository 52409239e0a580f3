import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../src/application.js';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { readSettings } from '../../src/config/settings.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { basic } from '../support/relying-party.js';
import { freePort, testSecret } from '../support/server.js';

/** What stands for the 30 seconds here. */
const timeout = 300;

describe('O2 a request that does not arrive whole', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let http: Server;
  let issuer: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const port = await freePort();
    issuer = `http://127.0.0.1:${port}`;
    const settings = readSettings({
      DATABASE_URL: database.url,
      PORT: String(port),
      EYRIE_ISSUER: issuer,
      EYRIE_SECRET: testSecret,
      EYRIE_LOG_LEVEL: 'error',
      NODE_ENV: 'test',
    });
    app = await createApplication(settings);
    http = app.getHttpServer();
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  /** All that the server says until it closes the connection. */
  const said = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const chunks: string[] = [];
      const socket = connect(Number(new URL(issuer).port), '127.0.0.1');
      socket.setEncoding('latin1').on('data', (chunk: string) => chunks.push(chunk));
      socket.once('error', reject);
      socket.once('close', () => resolve(chunks.join('')));
      socket.write(bytes);
    });

  it('has 30 seconds for headers and body, whichever of its two limits Node takes', async () => {
    expect(http).toMatchObject({ requestTimeout: 30_000, headersTimeout: 30_000 });
    // From here on they pass faster.
    Object.assign(http, {
      requestTimeout: timeout,
      headersTimeout: timeout,
      connectionsCheckingInterval: timeout / 10,
    });
    await app.listen(Number(new URL(issuer).port), '127.0.0.1');
  });

  const form = 'host: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n';
  it.each([
    ['without any byte', ''],
    ['with headers that do not end', 'GET /jwks HTTP/1.1\r\nhost: x\r\n'],
    ['with a body that does not begin', `POST /token HTTP/1.1\r\n${form}\r\n`],
    ['with a body that does not end', `POST /token HTTP/1.1\r\n${form}\r\ngrant_type=`],
    ['for a page with a body that does not end', `POST /login HTTP/1.1\r\n${form}\r\nusername=`],
  ])('%s gets 408 and its connection is closed', async (_title, bytes) => {
    expect(await said(bytes)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n/);
  });

  it('has no limit for its response: a follower of the revocation feed waits longer', async () => {
    const { client, secret } = await app.get(ClientRegistration).register(
      {
        client_id: 'follower',
        grant_types: ['client_credentials'],
        introspection_resources: [issuer],
      },
      'test',
    );
    const headers = { authorization: basic(client.clientId, secret ?? '') };
    const first = await fetch(`${issuer}/revocations`, { headers });
    const { cursor } = (await first.json()) as { cursor: string };
    const began = performance.now();
    const waited = await fetch(`${issuer}/revocations?after=${cursor}&wait=1`, { headers });
    expect(waited.status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(2 * timeout);
  });
});
