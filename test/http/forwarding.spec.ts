import { Writable } from 'node:stream';
import { fastify, type InjectOptions } from 'fastify';
import { readSettings } from '../../src/config/settings.js';
import { trustedProxies, warnOfUntrustedProxies } from '../../src/http/forwarding.js';

const proxied = { EYRIE_SECRET: 'x'.repeat(32), EYRIE_ISSUER: 'https://id.example.com' };

/** The warnings of a server with these settings, after these requests. */
async function warnings(
  environment: Record<string, string>,
  ...requests: InjectOptions[]
): Promise<string[]> {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push((JSON.parse(chunk.toString()) as { msg: string }).msg);
      done();
    },
  });
  const settings = readSettings(environment);
  const server = fastify({ logger: { level: 'warn', stream }, trustProxy: trustedProxies(settings) });
  warnOfUntrustedProxies(server, settings);
  server.get('/', () => 'served');
  for (const request of requests) await server.inject({ url: '/', ...request });
  await server.close();
  return lines;
}

const forwarded = (remoteAddress: string): InjectOptions => ({
  remoteAddress,
  headers: { 'x-forwarded-for': '203.0.113.9' },
});

describe('A proxy that is not trusted', () => {
  it('is warned of at the start if nothing but a proxy can serve the issuer', async () => {
    expect(await warnings(proxied)).toEqual([
      expect.stringMatching(
        /^EYRIE_TRUSTED_PROXIES is not set, .* Set EYRIE_TRUSTED_PROXIES to the addresses/,
      ),
    ]);
  });

  it.each([
    ['a proxy is trusted', { ...proxied, EYRIE_TRUSTED_PROXIES: '10.0.0.0/8' }],
    ['Eyrie has a certificate', { ...proxied, EYRIE_TLS_CERT: 'cert.pem', EYRIE_TLS_KEY: 'key.pem' }],
    ['the issuer uses http', { ...proxied, EYRIE_ISSUER: 'http://localhost:3000' }],
  ])('is not warned of at the start if %s', async (_condition, environment) => {
    expect(await warnings(environment)).toEqual([]);
  });

  it('is warned of once at the first X-Forwarded-For header, with its address', async () => {
    const environment = { ...proxied, EYRIE_TRUSTED_PROXIES: '10.0.0.1' };
    const requests = [
      forwarded('10.0.0.1'),
      { remoteAddress: '10.0.0.2' },
      forwarded('10.0.0.2'),
      forwarded('10.0.0.3'),
    ];

    expect(await warnings(environment, ...requests)).toEqual([
      'X-Forwarded-For from 10.0.0.2 is ignored: if this is a proxy of yours, add its address to EYRIE_TRUSTED_PROXIES',
    ]);
  });

  it('is not warned of as long as the header comes from trusted proxies, mapped into IPv6 too', async () => {
    const environment = { ...proxied, EYRIE_TRUSTED_PROXIES: '10.0.0.0/8' };
    expect(await warnings(environment, forwarded('10.1.2.3'), forwarded('::ffff:10.1.2.3'))).toEqual([]);
  });
});
