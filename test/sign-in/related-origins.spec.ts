import { readSettings } from '../../src/config/settings.js';
import { passkeyDomain, relatedOrigins } from '../../src/sign-in/related-origins.js';
import { freePort, startServer, type TestServer } from '../support/server.js';

describe('The domain of passkeys and its related origins', () => {
  it.each([
    ['the host of the issuer', { EYRIE_ISSUER: 'https://id.example.com:8443' }, 'id.example.com', []],
    [
      'a domain above the issuer',
      { EYRIE_ISSUER: 'https://id.example.com', EYRIE_PASSKEY_DOMAIN: 'example.com' },
      'example.com',
      [],
    ],
    [
      'origins of the setting',
      {
        EYRIE_ISSUER: 'https://id.example.com',
        EYRIE_PASSKEY_ORIGINS: 'https://example.org,https://example.net',
      },
      'id.example.com',
      ['https://example.org', 'https://example.net'],
    ],
    [
      'another domain, from which the issuer has moved',
      {
        EYRIE_ISSUER: 'https://login.example.org',
        EYRIE_PASSKEY_DOMAIN: 'id.example.com',
        EYRIE_PASSKEY_ORIGINS: 'https://login.example.org,https://example.net',
      },
      'id.example.com',
      ['https://login.example.org', 'https://example.net'],
    ],
    [
      'a domain that only ends like the issuer',
      { EYRIE_ISSUER: 'https://badexample.com', EYRIE_PASSKEY_DOMAIN: 'example.com' },
      'example.com',
      ['https://badexample.com'],
    ],
  ])('%s', (_case, environment, domain, origins) => {
    const settings = readSettings(environment);

    expect(passkeyDomain(settings)).toBe(domain);
    expect(relatedOrigins(settings)).toEqual(origins);
  });

  it.each([
    [{ EYRIE_PASSKEY_DOMAIN: 'https://example.com' }, 'use a domain such as example.com'],
    [{ EYRIE_PASSKEY_DOMAIN: 'Example.com' }, 'use a domain'],
    [{ EYRIE_PASSKEY_DOMAIN: '192.0.2.1' }, 'use a domain'],
    [{ EYRIE_PASSKEY_DOMAIN: 'example.com:8443' }, 'use a domain'],
    [{ EYRIE_PASSKEY_ORIGINS: 'http://example.com' }, 'use an https origin'],
    [{ EYRIE_PASSKEY_ORIGINS: 'https://example.com/path' }, 'use an https origin'],
  ])('%j is refused', (environment, reason) => {
    expect(() => readSettings(environment)).toThrow(reason);
  });
});

describe('/.well-known/webauthn', () => {
  let server: TestServer;
  afterEach(() => server.stop());

  const start = async (environment: Record<string, string>, path = ''): Promise<string> => {
    const port = String(await freePort());
    const origin = `http://localhost:${port}`;
    server = await startServer({ PORT: port, EYRIE_ISSUER: origin + path, ...environment });
    return origin;
  };

  it('lists the related origins for anybody, at the host even if the issuer has a path', async () => {
    const origin = await start({ EYRIE_PASSKEY_ORIGINS: 'https://example.org' }, '/auth');
    const response = await fetch(`${origin}/.well-known/webauthn`);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(response.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(await response.json()).toEqual({ origins: ['https://example.org'] });
  });

  it('is not there without any', async () => {
    expect((await fetch(`${await start({})}/.well-known/webauthn`)).status).toBe(404);
  });
});
