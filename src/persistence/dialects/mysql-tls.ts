import { readFileSync } from 'node:fs';
import type { SslOptions } from 'mysql2';
import type { MysqlSetting } from '../../config/database-url.js';
import { SettingError } from '../../config/setting-error.js';
import type { Dialect } from './dialect.js';

/** What the operator can do when TLS fails, by the code of the driver, which has the reason in its message alone. */
export const tlsRemedies: Dialect['remedies'] = {
  HANDSHAKE_NO_SSL_SUPPORT: 'it has no TLS: give it a certificate, or remove ssl-mode and the other options',
  HANDSHAKE_SSL_ERROR: (reason) =>
    `its certificate is refused, or refuses ours (${reason}): correct ssl-ca, ssl-cert, ssl-key, or the name of the host`,
};

/**
 * How the driver encrypts a connection; undefined without TLS.
 * @throws SettingError when a file cannot be read
 */
export function tlsOptions({ mode, ca, cert, key }: MysqlSetting['ssl']): SslOptions | undefined {
  if (mode === 'DISABLED') return undefined;
  return {
    ca: read('ssl-ca', ca),
    cert: read('ssl-cert', cert),
    key: read('ssl-key', key),
    rejectUnauthorized: mode !== 'REQUIRED',
    verifyIdentity: mode === 'VERIFY_IDENTITY',
  };
}

function read(option: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingError(
      `DATABASE_URL: cannot read the file of ${option} (${(error as Error).message}): correct the path, or let this user read it`,
    );
  }
}
