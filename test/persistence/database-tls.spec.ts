import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDatabaseServer, startDatabaseServer } from '../../scripts/mariadb.mjs';
import type { DataSource } from 'typeorm';
import { findPostgres, serverUser, startPostgres } from '../../scripts/postgres.mjs';
import { databaseUrl } from '../../src/config/database-url.js';
import { connect } from '../../src/persistence/connect.js';
import { dataSourceOptions } from '../../src/persistence/data-source-options.js';
import { authority, type Certificate, certificate } from '../support/certificates.js';
import { databaseKind, type DatabaseKind } from '../support/database.js';

/** What a kind of server is started with, and how its URL asks for TLS. */
interface Kind {
  readonly find: () => string | undefined;
  readonly start: (server: string) => Promise<{ url: string; stop: () => void }>;
  /** The cipher or version of a connection; empty without TLS. */
  readonly cipherOf: (source: DataSource) => Promise<string>;
  readonly database: string;
  readonly none: string;
  readonly encrypted: string;
  readonly authority: (file: string) => string;
  readonly host: (file: string) => string;
  readonly authorityOption: string;
  readonly withoutAuthority: string;
}

let folder: string;
const file = (name: string): string => join(folder, name);

const kinds: Record<DatabaseKind, Kind | undefined> = {
  sqlite: undefined,
  mysql: {
    find: findDatabaseServer,
    start: (server) =>
      startDatabaseServer(server, [
        `--ssl-ca=${file('ca.pem')}`,
        `--ssl-cert=${file('cert.pem')}`,
        `--ssl-key=${file('key.pem')}`,
      ]),
    cipherOf: async (source) => {
      const [row] = await source.query("SHOW STATUS LIKE 'Ssl_cipher'");
      return (row as { Value: string }).Value;
    },
    database: 'mysql',
    none: 'ssl-mode=DISABLED',
    encrypted: 'ssl-mode=REQUIRED',
    authority: (ca) => `ssl-mode=VERIFY_CA&ssl-ca=${ca}`,
    host: (ca) => `ssl-mode=VERIFY_IDENTITY&ssl-ca=${ca}`,
    authorityOption: 'ssl-ca',
    withoutAuthority: 'ssl-mode=VERIFY_CA',
  },
  postgres: {
    find: findPostgres,
    start: async (server) => {
      const { uid, gid } = serverUser();
      if (uid !== undefined && gid !== undefined)
        for (const path of [folder, file('cert.pem'), file('key.pem')]) await chown(path, uid, gid);
      return startPostgres(server, [
        'ssl=on',
        `ssl_cert_file=${file('cert.pem')}`,
        `ssl_key_file=${file('key.pem')}`,
      ]);
    },
    cipherOf: async (source) => {
      const [row] = await source.query('SELECT cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      return (row as { cipher: string | null }).cipher ?? '';
    },
    database: 'postgres',
    none: 'sslmode=disable',
    encrypted: 'sslmode=require',
    authority: (ca) => `sslmode=verify-ca&sslrootcert=${ca}`,
    host: (ca) => `sslmode=verify-full&sslrootcert=${ca}`,
    authorityOption: 'sslrootcert',
    withoutAuthority: 'sslmode=verify-ca',
  },
};

const known = kinds[databaseKind()];
const server = known?.find();

(server === undefined ? describe.skip : describe)('TLS to a database server', () => {
  const kind = known as Kind;
  let base: string;
  let stop: () => void;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyrie-tls-'));
    const [ours, other] = await Promise.all([authority('Ours'), authority('Other')]);
    const host: Certificate = await certificate(
      { subject: [{ CN: ['localhost'] }], names: [{ type: 'dns', value: 'localhost' }] },
      ours,
    );
    const files = {
      'ca.pem': ours.cert,
      'other.pem': other.cert,
      'cert.pem': host.cert,
      'key.pem': host.key,
    };
    await Promise.all(
      Object.entries(files).map(([name, content]) => writeFile(file(name), content, { mode: 0o600 })),
    );
    const started = await kind.start(server ?? '');
    stop = started.stop;
    base = `${started.url}/${kind.database}`;
  });
  afterAll(async () => {
    stop();
    await rm(folder, { recursive: true });
  });

  /** The cipher of a connection; empty without TLS. */
  const cipher = async (options: string, host = '127.0.0.1'): Promise<string> => {
    const url = `${base.replace('127.0.0.1', host)}?${options}`;
    const source = await connect(dataSourceOptions(databaseUrl(url, 'DATABASE_URL')));
    try {
      return await kind.cipherOf(source);
    } finally {
      await source.destroy();
    }
  };

  it('is used if the URL says so, and verifies as it says', async () => {
    expect(await cipher('')).toBe('');
    expect(await cipher(kind.none)).toBe('');
    for (const options of [kind.encrypted, kind.authority(file('ca.pem'))])
      expect(await cipher(options)).toMatch(/^TLS_|AES/);
    expect(await cipher(kind.host(file('ca.pem')), 'localhost')).toMatch(/AES|CHACHA/);
  });

  it.each([
    ['another authority', () => `${kind?.authorityOption}=${file('other.pem')}`],
    ['no authority of ours', () => kind.withoutAuthority],
  ])('%s ends the start with a line that says so', async (_condition, options) => {
    const refusal = new RegExp(
      `^DATABASE_URL: cannot use the database at 127\\.0\\.0\\.1:\\d+ \\(\\w+\\): .*certificate.* ${kind?.authorityOption}`,
    );
    await expect(cipher(options())).rejects.toThrow(refusal);
  });

  it('a file that is not there ends the start with a line that names its option', async () => {
    await expect(cipher(`${kind?.authorityOption}=nowhere.pem`)).rejects.toThrow(
      new RegExp(`^DATABASE_URL: cannot read the file of ${kind?.authorityOption}`),
    );
  });
});
