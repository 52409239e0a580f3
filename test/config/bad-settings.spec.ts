import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgramHost } from '../support/program-host.js';
import type { Environment } from '../support/programs.js';
import { freePort } from '../support/server.js';

describe('A start with a bad setting', () => {
  const programs = new ProgramHost();
  let parent: string;
  let folder: string;

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'eyrie-settings-'));
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(parent, 'start-'));
  });
  afterAll(async () => {
    // A start that failed late may hold its database open.
    await programs.end();
    await rm(parent, { recursive: true });
  });

  it.each<[condition: string, environment: (folder: string) => Environment, line: RegExp]>([
    [
      'an issuer that is no URL',
      () => ({ EYRIE_ISSUER: 'id.example.com' }),
      /^eyrie: EYRIE_ISSUER is not a URL/,
    ],
    [
      'an issuer on plain http',
      () => ({ EYRIE_ISSUER: 'http://id.example.com' }),
      /^eyrie: EYRIE_ISSUER must use https/,
    ],
    ['a port that is none', () => ({ PORT: '99999' }), /^eyrie: PORT is "99999": use a whole number/],
    [
      'a language that there is not',
      () => ({ EYRIE_DEFAULT_LANGUAGE: 'tlh' }),
      /^eyrie: EYRIE_DEFAULT_LANGUAGE is "tlh": use one of en, de,/,
    ],
    ['a short secret', () => ({ EYRIE_SECRET: 'short' }), /^eyrie: EYRIE_SECRET is too short/],
    [
      'MySQL without a secret',
      () => ({ DATABASE_URL: 'mysql://u:p@127.0.0.1/e', EYRIE_SECRET: '' }),
      /^eyrie: EYRIE_SECRET is missing/,
    ],
    [
      'an unknown kind of database',
      () => ({ DATABASE_URL: 'oracle://127.0.0.1/e' }),
      /^eyrie: DATABASE_URL is not understood/,
    ],
    [
      'a misspelt setting',
      () => ({ EYRIE_ISUER: 'https://id.example.com' }),
      /^eyrie: EYRIE_ISUER is not a setting: rename it to EYRIE_ISSUER, or remove it$/m,
    ],
    [
      'an address of another machine',
      () => ({ HOST: '192.0.2.1' }),
      /^eyrie: HOST: 192\.0\.2\.1 is not an address of this machine/,
    ],
    [
      'TLS files that are not there',
      (at) => ({ EYRIE_TLS_CERT: join(at, 'c'), EYRIE_TLS_KEY: join(at, 'k') }),
      /^eyrie: EYRIE_TLS_CERT: cannot read/,
    ],
    [
      'TLS files that are none',
      (at) => ({ EYRIE_TLS_CERT: join(at, 'text'), EYRIE_TLS_KEY: join(at, 'text') }),
      /^eyrie: EYRIE_TLS_CERT, EYRIE_TLS_KEY: .* are not a certificate and its key/,
    ],
    [
      'authorities of client certificates that are none',
      (at) => ({
        EYRIE_MTLS: 'on',
        EYRIE_MTLS_HEADER: 'Client-Cert',
        EYRIE_TRUSTED_PROXIES: '127.0.0.1',
        EYRIE_MTLS_CA: join(at, 'text'),
      }),
      /^eyrie: EYRIE_MTLS_CA: cannot use .*it contains no certificate/,
    ],
    [
      'a colour that cannot be read',
      () => ({ EYRIE_BRAND_COLORS: 'accent=#ffcc00' }),
      /^eyrie: EYRIE_BRAND_COLORS has accent \(#ffcc00\) on surface \(#ffffff\) .*: use accent=#\w{6}$/m,
    ],
    [
      'a logo that is none',
      (at) => ({ EYRIE_BRAND_LOGO: join(at, 'text') }),
      /^eyrie: EYRIE_BRAND_LOGO: .* is no image/,
    ],
    [
      'a data folder that is a file',
      (at) => ({ DATABASE_URL: `sqlite:${join(at, 'text', 'e.sqlite')}`, EYRIE_SECRET: '' }),
      /^eyrie: DATABASE_URL: cannot make the folder/,
    ],
    [
      'a data folder that cannot be made',
      (at) => ({ DATABASE_URL: `sqlite:${join(at, 'text', 'more', 'e.sqlite')}` }),
      /^eyrie: DATABASE_URL: cannot make the folder/,
    ],
    [
      'a common password of the first administrator',
      () => ({ EYRIE_ADMIN_PASSWORD: 'password' }),
      /^eyrie: EYRIE_ADMIN_PASSWORD is one of the most common passwords: choose/,
    ],
    [
      'a file to apply that is not there',
      (at) => ({ EYRIE_APPLY: join(at, 'none.yaml') }),
      /^eyrie: .*none\.yaml: there is no such file/,
    ],
  ])('%s: ends with one line that says what to do', async (_condition, environment, line) => {
    await writeFile(join(folder, 'text'), 'x'.repeat(20_000));
    const { code, stderr } = await programs.startInVain({
      DATABASE_URL: `sqlite:${join(folder, 'eyrie.sqlite')}`,
      PORT: String(await freePort()),
      EYRIE_ADMIN_PASSWORD: 'battery staple',
      ...environment(folder),
    });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  it('a MySQL server that does not listen: tells neither user nor password', async () => {
    const port = await freePort();
    await expect(
      programs.startInVain({ DATABASE_URL: `mysql://bruce:hunter2hunter2@127.0.0.1:${port}/eyrie` }),
    ).resolves.toEqual({
      code: 1,
      stdout: '',
      stderr: `eyrie: DATABASE_URL: cannot use the database at 127.0.0.1:${port} (ECONNREFUSED): nothing listens there: start it, or correct host and port\n`,
    });
  });
});
