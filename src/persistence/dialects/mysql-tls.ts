import type { SslOptions } from 'mysql2';
import type { MysqlSetting } from '../../config/database-url.js';
import type { Dialect } from './dialect.js';
import { tlsFiles } from './tls-files.js';

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
export function tlsOptions({ mode, ...files }: MysqlSetting['ssl']): SslOptions | undefined {
  if (mode === 'DISABLED') return undefined;
  const { ca, cert, key } = tlsFiles(files, { ca: 'ssl-ca', cert: 'ssl-cert', key: 'ssl-key' });
  return {
    ca,
    cert,
    key,
    rejectUnauthorized: mode !== 'REQUIRED',
    verifyIdentity: mode === 'VERIFY_IDENTITY',
  };
}
