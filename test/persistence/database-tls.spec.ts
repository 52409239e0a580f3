import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDatabaseServer, startDatabaseServer } from '../../scripts/mariadb.mjs';
import { databaseUrl } from '../../src/config/database-url.js';
import { connect } from '../../src/persistence/connect.js';
import { dataSourceOptions } from '../../src/persistence/data-source-options.js';
import { authority, type Certificate, certificate } from '../support/certificates.js';
import { databaseKind } from '../support/database.js';

const server = databaseKind() === 'mysql' ? findDatabaseServer() : undefined;

(server === undefined ? describe.skip : describe)('TLS to MySQL and MariaDB', () => {
  let folder: string;
  let base: string;
  let stop: () => void;
  const file = (name: string): string => join(folder, name);

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
    await Promise.all(Object.entries(files).map(([name, content]) => writeFile(file(name), content)));
    const started = await startDatabaseServer(server ?? '', [
      `--ssl-ca=${file('ca.pem')}`,
      `--ssl-cert=${file('cert.pem')}`,
      `--ssl-key=${file('key.pem')}`,
    ]);
    stop = started.stop;
    base = `${started.url}/mysql`;
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
      const [row] = await source.query("SHOW STATUS LIKE 'Ssl_cipher'");
      return (row as { Value: string }).Value;
    } finally {
      await source.destroy();
    }
  };

  it('is used by ssl-mode only, and verifies as it says', async () => {
    expect(await cipher('')).toBe('');
    expect(await cipher('ssl-mode=DISABLED')).toBe('');
    for (const options of ['ssl-mode=REQUIRED', `ssl-mode=VERIFY_CA&ssl-ca=${file('ca.pem')}`])
      expect(await cipher(options)).toMatch(/^TLS_|AES/);
    expect(await cipher(`ssl-mode=VERIFY_IDENTITY&ssl-ca=${file('ca.pem')}`, 'localhost')).toMatch(
      /AES|CHACHA/,
    );
  });

  it.each([
    ['another authority', () => `ssl-ca=${file('other.pem')}`],
    ['no authority of ours', () => 'ssl-mode=VERIFY_CA'],
  ])('%s ends the start with a line that says so', async (_condition, options) => {
    await expect(cipher(options())).rejects.toThrow(
      /^DATABASE_URL: cannot use the database at 127\.0\.0\.1:\d+ \(HANDSHAKE_SSL_ERROR\): .*certificate.* ssl-ca/,
    );
  });

  it('a file that is not there ends the start with a line that names its option', async () => {
    await expect(cipher('ssl-ca=nowhere.pem')).rejects.toThrow(
      /^DATABASE_URL: cannot read the file of ssl-ca/,
    );
  });
});
