import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { databaseKind, type DatabaseKind, type TestDatabase } from '../support/database.js';
import { ServerProcess } from '../support/programs.js';
import { preparedDatabase } from '../support/server.js';

const driver: Readonly<Record<DatabaseKind, string>> = {
  sqlite: 'better-sqlite3',
  mysql: 'mysql2',
  postgres: 'pg',
};

/** Each is loaded by the feature that needs it, when it is first used: together they would delay every start, and stay in its memory. */
const loadedWhenUsed = [
  '@opentelemetry/api',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/sdk-trace',
  '@simplewebauthn/server',
  '@zxcvbn-ts/core',
  '@zxcvbn-ts/language-common',
  '@zxcvbn-ts/language-en',
  'commander',
  'http-cache-semantics',
  'nodemailer',
  'openid-client',
  'otplib',
  'prom-client',
  'qrcode',
  'yaml',
];

describe('A server in production that has an administrator, and has served its first request', () => {
  let database: TestDatabase;
  let folder: string;
  let loaded: ReadonlySet<string>;

  beforeAll(async () => {
    [database, folder] = await Promise.all([preparedDatabase(), mkdtemp(join(tmpdir(), 'eyrie-loaded-'))]);
    const file = join(folder, 'modules');
    const environment = {
      DATABASE_URL: database.url,
      NODE_ENV: 'production',
      EYRIE_ADMIN_PASSWORD: 'battery staple',
      EYRIE_LOG_LEVEL: 'info',
    };
    // The first start rates the administrator's password.
    const first = await ServerProcess.start(environment);
    first.signal('SIGTERM');
    await first.ended();

    const server = await ServerProcess.start({
      ...environment,
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, '..', 'support', 'loaded-modules.mjs')).href}`,
      LOADED_MODULES_FILE: file,
    });
    await fetch(`${server.url}/.well-known/openid-configuration`);
    server.signal('SIGTERM');
    await server.ended();
    loaded = packagesIn(await readFile(file, 'utf8'));
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it('has loaded what every request needs, which shows that its modules were counted', () => {
    expect([...loaded]).toEqual(expect.arrayContaining(['fastify', 'jose', driver[databaseKind()]]));
  });

  it.each(loadedWhenUsed)('has not loaded %s', (name) => {
    expect(loaded).not.toContain(name);
  });

  it('has loaded the driver of its own database alone', () => {
    expect(Object.values(driver).filter((name) => loaded.has(name))).toEqual([driver[databaseKind()]]);
  });
});

/** The packages whose modules are listed, one a line, by path or URL. */
function packagesIn(modules: string): ReadonlySet<string> {
  const names = modules
    .split('\n')
    .map(
      (module) =>
        module
          .split('/node_modules/')
          .at(-1)
          ?.match(/^(?:@[^/]+\/)?[^/]+(?=\/)/)?.[0],
    )
    .filter((name) => name !== undefined);
  return new Set(names);
}
