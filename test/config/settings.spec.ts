import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SettingError } from '../../src/config/setting-error.js';
import { readSettings, settingDescriptions, variableNames } from '../../src/config/settings.js';

const secret = 'x'.repeat(32);

/** The message of the refusal, or undefined when the settings were accepted. */
function refusal(environment: Record<string, string | undefined>): string | undefined {
  try {
    readSettings(environment);
    return undefined;
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return error.message;
  }
}

describe('Settings', () => {
  it('nothing set is enough in development', () => {
    expect(readSettings({})).toEqual({
      issuer: 'http://localhost:3000',
      issuerPath: '',
      origin: 'http://localhost:3000',
      host: '127.0.0.1',
      port: 3000,
      database: { kind: 'sqlite', path: resolve('data/eyrie.sqlite') },
      secret: undefined,
      applyFile: undefined,
      auditTtl: 0,
      auditTokens: 'off',
      adminPassword: undefined,
      adminPasswordFile: undefined,
      trustedProxies: [],
      metrics: undefined,
      tls: undefined,
      mtls: undefined,
      production: false,
      logLevel: 'info',
      outboundAllow: [],
      dnsServers: [],
      registration: 'off',
      registrationAttemptsPerAddress: 20,
      redirectSchemes: [],
      registrationScopes: 'all',
      clientDocuments: 'off',
      clientDocumentScopes: 'all',
      clientSecretAttempts: 20,
      agents: { maxTokenTtlSeconds: undefined, resources: undefined, requiresDpop: false },
      anonymousRequests: 120,
      profile: 'off',
      requirePushedRequests: false,
      requestUri: 'off',
      responseTypes: ['code'],
      lifetimes: {
        accessToken: 600,
        idToken: 600,
        pushedRequest: 60,
        code: 60,
        deviceCode: 600,
        backchannelRequest: 600,
        refreshIdle: 30 * 86_400,
        refreshAbsolute: 180 * 86_400,
        refreshGrace: 10,
        sessionIdle: 86_400,
        session: 14 * 86_400,
        keptSession: 30 * 86_400,
      },
      explainTtl: 604_800,
      shutdownDelay: 1,
      workers: 1,
      directoryFullSyncInterval: 0,
      directorySyncInterval: 300,
      dpopNonce: false,
      sessionManagement: false,
      signIn: {
        attempts: 10,
        attemptsPerAddress: 100,
        accountsPerBrowser: 5,
        window: 900,
        firstFactors: ['password', 'passkey'],
        withUpstreams: true,
        secondFactors: ['passkey', 'one-time-code', 'recovery-code'],
        secondFactorAsked: 'always',
        secondFactorRequiredOf: 'nobody',
        passwordMinStrength: 2,
        withEmail: 'off',
        signUp: 'off',
      },
      mail: {
        server: undefined,
        from: undefined,
        perAccount: 5,
        perNetwork: 50,
        invitationTtl: 7 * 86_400,
        maxInvitations: 1_000,
      },
      people: {
        profileEditable: ['name', 'given_name', 'family_name', 'nickname', 'locale', 'zoneinfo'],
        defaultLanguage: 'en',
        newDeviceMail: true,
      },
      passkeys: { domain: undefined, origins: [], models: [], roots: undefined },
      brand: { colors: {}, colorsDark: {}, links: [] },
      deletion: { delay: undefined },
      traces: { collector: undefined, headers: {}, share: 1, callers: [] },
      signer: { kind: 'local', pkcs11: undefined },
    });
  });

  it('the descriptions name exactly what is read', () => {
    const read = new Set<string>();
    readSettings(
      new Proxy<Record<string, string | undefined>>(
        {},
        {
          get: (_target, name) => {
            read.add(String(name));
            return undefined;
          },
        },
      ),
    );
    expect([...read].toSorted()).toEqual(variableNames.toSorted());
  });

  it('every description has a name of its own, a default and a meaning', () => {
    expect(new Set(settingDescriptions.map(({ name }) => name)).size).toBe(settingDescriptions.length);
    for (const description of settingDescriptions) {
      expect(description.default).not.toBe('');
      expect(description.meaning).not.toBe('');
    }
  });

  it('an empty or blank variable counts as absent, and white space around a value does not count', () => {
    const blank = Object.fromEntries(settingDescriptions.map(({ name }) => [name, '  ']));
    expect(readSettings(blank)).toEqual(readSettings({}));
    expect(readSettings({ PORT: ' 4000 ' }).port).toBe(4000);
  });

  const bad: [string, string][] = [
    ['EYRIE_ISSUER', 'id.example.com'],
    ['EYRIE_ISSUER', 'http://id.example.com'],
    ['EYRIE_ISSUER', 'https://id.example.com//'],
    ['EYRIE_ISSUER', 'https://id.example.com/a//b'],
    ['EYRIE_ISSUER', 'https://id.example.com/a/../b'],
    ['EYRIE_ISSUER', 'https://id.example.com/.'],
    ['EYRIE_ISSUER', 'https://id.example.com/a%20b'],
    ['EYRIE_ISSUER', 'https://id.example.com/größe'],
    ['EYRIE_ISSUER', 'https://id.example.com/a?'],
    ['EYRIE_ISSUER', 'https://id.example.com/a#'],
    ['EYRIE_ISSUER', 'https://id.example.com?x=1'],
    ['EYRIE_ISSUER', 'https://id.example.com#x'],
    ['EYRIE_ISSUER', 'https://user@id.example.com'],
    ['EYRIE_ISSUER', 'ftp://localhost'],
    ['EYRIE_ISSUER', 'http://localhost.example.com'],
    ['EYRIE_ISSUER', 'http://127.example.com'],
    ['EYRIE_ISSUER', 'http://10.0.0.1'],
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '3000a'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['DATABASE_URL', 'postgres://localhost'],
    ['DATABASE_URL', 'sqlite:'],
    ['DATABASE_URL', 'sqlite::memory:'],
    ['DATABASE_URL', 'mysql://localhost'],
    ['DATABASE_URL', 'mysql://localhost/'],
    ['DATABASE_URL', 'mysql://'],
    ['DATABASE_URL', 'data/eyrie.sqlite'],
    ['EYRIE_SECRET', 'x'.repeat(31)],
    ['EYRIE_ADMIN_PASSWORD', '1234567'],
    ['EYRIE_TRUSTED_PROXIES', 'proxy.example.com'],
    ['EYRIE_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['EYRIE_TRUSTED_PROXIES', '10.0.0.1,'.concat('256.0.0.1')],
    ['EYRIE_TRUSTED_PROXIES', '::1/129'],
    ['EYRIE_TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['EYRIE_TRUSTED_PROXIES', '10.0.0.0/'],
    ['EYRIE_METRICS', 'on'],
    ['EYRIE_METRICS', '10.0.0.0/33'],
    ['EYRIE_LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'staging'],
    ['EYRIE_REQUEST_URI', 'on'],
    ['EYRIE_CODE_TTL', '61'],
    ['EYRIE_CODE_TTL', '0'],
    ['EYRIE_REFRESH_GRACE', '601'],
    ['EYRIE_SIGN_IN_ATTEMPTS', '0'],
    ['EYRIE_SIGN_IN_WINDOW', '86401'],
    ...settingDescriptions
      .filter(({ name }) => /_TTL$|_GRACE$|_WINDOW$|_ATTEMPTS/.test(name))
      .flatMap(({ name }) =>
        ['1.5', '-1', 'ten', '9'.repeat(13)].map((value): [string, string] => [name, value]),
      ),
  ];
  it.each(bad)('%s=%s is refused in one line that names it', (name, value) => {
    const message = refusal({ EYRIE_SECRET: secret, [name]: value });
    expect(message).toMatch(new RegExp(`^${name}\\b`));
    expect(message).not.toContain('\n');
    expect(message?.length).toBeGreaterThan(name.length + 10);
  });

  it.each([
    ['EYRIE_ISSUER', 'https://id.example.com/', 'https://id.example.com'],
    ['EYRIE_ISSUER', 'https://id.example.com:8443', 'https://id.example.com:8443'],
    ['EYRIE_ISSUER', 'https://id.example.com:443', 'https://id.example.com'],
    ['EYRIE_ISSUER', 'HTTPS://ID.Example.COM/Auth/', 'https://id.example.com/Auth'],
    ['EYRIE_ISSUER', 'https://example.com:8443/a/b-c_d.e~f', 'https://example.com:8443/a/b-c_d.e~f'],
    ['EYRIE_ISSUER', 'https://Bücher.example/auth', 'https://xn--bcher-kva.example/auth'],
    ['EYRIE_ISSUER', 'http://[::1]:3000', 'http://[::1]:3000'],
    ['EYRIE_ISSUER', 'http://127.1.2.3', 'http://127.1.2.3'],
  ])('%s=%s is the issuer %s', (name, value, issuer) => {
    expect(readSettings({ [name]: value }).issuer).toBe(issuer);
  });

  it('the issuer follows port and TLS where it is not set', () => {
    expect(readSettings({ PORT: '4000' }).issuer).toBe('http://localhost:4000');
    const tls = { EYRIE_TLS_CERT: 'cert.pem', EYRIE_TLS_KEY: 'key.pem' };
    expect(readSettings(tls)).toMatchObject({
      issuer: 'https://localhost:3000',
      tls: { certFile: 'cert.pem', keyFile: 'key.pem' },
    });
  });

  it.each(['EYRIE_TLS_CERT', 'EYRIE_TLS_KEY'])('%s alone is refused, and the other one named', (name) => {
    const other = name === 'EYRIE_TLS_CERT' ? 'EYRIE_TLS_KEY' : 'EYRIE_TLS_CERT';
    expect(refusal({ [name]: 'file.pem' })).toMatch(new RegExp(`^${other} is missing`));
  });

  const proxied = { EYRIE_MTLS: 'on', EYRIE_MTLS_HEADER: 'Client-Cert', EYRIE_TRUSTED_PROXIES: '10.0.0.1' };
  it('mutual TLS comes by our own TLS or by the header of a proxy', () => {
    const tls = { EYRIE_TLS_CERT: 'cert.pem', EYRIE_TLS_KEY: 'key.pem' };
    expect(readSettings({ ...tls, EYRIE_MTLS: 'on', EYRIE_MTLS_CA: 'ca.pem' }).mtls).toEqual({
      header: undefined,
      authorities: { file: 'ca.pem' },
      origin: undefined,
    });
    const origin = 'https://mtls.example.com';
    expect(readSettings({ ...proxied, EYRIE_MTLS_CA: 'proxy', EYRIE_MTLS_ORIGIN: origin }).mtls).toEqual({
      header: 'Client-Cert',
      authorities: 'proxy',
      origin,
    });
  });

  it.each<[name: string, environment: Record<string, string | undefined>]>([
    ['EYRIE_MTLS', { EYRIE_MTLS: 'yes' }],
    ['EYRIE_MTLS', { EYRIE_MTLS: 'on' }],
    ['EYRIE_MTLS_HEADER', { ...proxied, EYRIE_MTLS: 'off' }],
    ['EYRIE_MTLS_CA', { EYRIE_MTLS_CA: 'ca.pem' }],
    ['EYRIE_MTLS_HEADER', { ...proxied, EYRIE_TRUSTED_PROXIES: undefined }],
    ['EYRIE_MTLS_HEADER', { ...proxied, EYRIE_MTLS_HEADER: 'Client Cert' }],
    [
      'EYRIE_MTLS_CA',
      { EYRIE_MTLS: 'on', EYRIE_MTLS_CA: 'proxy', EYRIE_TLS_CERT: 'cert.pem', EYRIE_TLS_KEY: 'key.pem' },
    ],
    ['EYRIE_MTLS_ORIGIN', { ...proxied, EYRIE_MTLS_ORIGIN: 'http://mtls.example.com' }],
    ['EYRIE_MTLS_ORIGIN', { ...proxied, EYRIE_MTLS_ORIGIN: 'https://mtls.example.com/token' }],
  ])('mutual TLS that cannot work is refused by %s: %j', (name, environment) => {
    expect(refusal(environment)).toMatch(new RegExp(`^${name} `));
  });

  it.each([{ NODE_ENV: 'production' }, { DATABASE_URL: 'mysql://u:p@localhost/eyrie' }])(
    'EYRIE_SECRET is required with %j',
    (environment) => {
      expect(refusal(environment)).toMatch(/^EYRIE_SECRET is missing/);
      expect(refusal({ ...environment, EYRIE_SECRET: secret })).toBeUndefined();
    },
  );

  it('EYRIE_ADMIN_PASSWORD and EYRIE_ADMIN_PASSWORD_FILE exclude each other', () => {
    const both = { EYRIE_ADMIN_PASSWORD: 'battery staple', EYRIE_ADMIN_PASSWORD_FILE: '/run/secrets/admin' };
    expect(refusal(both)).toMatch(/^EYRIE_ADMIN_PASSWORD_FILE stands beside EYRIE_ADMIN_PASSWORD/);
  });

  describe('A secret setting may stand in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'eyrie-secrets-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const file = (content: string): string => {
      const path = join(folder, 'secret');
      writeFileSync(path, content);
      return path;
    };

    it.each([
      ['EYRIE_SECRET_FILE', `${secret}\n`, { secret }],
      ['EYRIE_SECRET_PREVIOUS_FILE', `${secret}\r\n`, { secretPrevious: secret }],
      [
        'DATABASE_URL_FILE',
        'sqlite:/var/lib/eyrie.sqlite',
        { database: { kind: 'sqlite', path: '/var/lib/eyrie.sqlite' } },
      ],
    ])('that %s names', (variable, content, read) => {
      expect(readSettings({ [variable]: file(content) })).toMatchObject(read);
    });

    it('but not in a file and the environment at once, nor in an empty or missing file', () => {
      const EYRIE_SECRET_FILE = file('\n');
      expect(refusal({ EYRIE_SECRET_FILE })).toMatch(/^EYRIE_SECRET_FILE names .*, which is empty/);
      expect(refusal({ EYRIE_SECRET_FILE, EYRIE_SECRET: secret })).toBe(
        'EYRIE_SECRET_FILE stands beside EYRIE_SECRET: keep one of them',
      );
      expect(refusal({ EYRIE_SECRET_FILE: '/nowhere' })).toMatch(
        /^EYRIE_SECRET_FILE names \/nowhere, which cannot be read \(ENOENT\)/,
      );
    });

    it('whose content no refusal repeats', () => {
      expect(refusal({ EYRIE_SECRET_FILE: file('hunter2') })).toMatch(/^EYRIE_SECRET is too short/);
      expect(refusal({ EYRIE_SECRET_FILE: file('hunter2') })).not.toContain('hunter2');
    });

    it('and a misspelt variable is refused', () => {
      expect(refusal({ EYRIE_SECRET_FIEL: '/run/secrets/eyrie' })).toMatch(/rename it to EYRIE_SECRET_FILE/);
    });
  });

  it('no refusal repeats a password or a secret', () => {
    for (const environment of [
      { EYRIE_SECRET: 'hunter2' },
      { EYRIE_ADMIN_PASSWORD: 'hunter2' },
      { DATABASE_URL: 'mysql://eyrie:hunter2@/eyrie' },
      { DATABASE_URL: 'mysql://eyrie:hunter2@db' },
    ])
      expect(refusal(environment)).not.toContain('hunter2');
  });

  it('proxies are addresses and blocks of both families', () => {
    expect(readSettings({ EYRIE_TRUSTED_PROXIES: '10.0.0.0/8, ::1 ,fd00::/8,' }).trustedProxies).toEqual([
      '10.0.0.0/8',
      '::1',
      'fd00::/8',
    ]);
  });

  it('a grace of 0 is allowed', () => {
    expect(readSettings({ EYRIE_REFRESH_GRACE: '0' }).lifetimes.refreshGrace).toBe(0);
  });
});
