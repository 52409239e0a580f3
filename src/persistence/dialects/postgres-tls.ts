import type { TlsOptions } from 'node:tls';
import type { PostgresSetting } from '../../config/database-url.js';
import type { Dialect } from './dialect.js';
import { tlsFiles } from './tls-files.js';

const refused = (reason: string): string =>
  `its certificate is refused (${reason}): correct sslrootcert, or the name of the host`;

/** What the operator can do when TLS fails, by the code of the driver or of Node.js. */
export const tlsRemedies: Dialect['remedies'] = {
  NO_TLS: 'it has no TLS: give it a certificate, or remove sslmode and the other options',
  ERR_TLS_CERT_ALTNAME_INVALID: refused,
  CERT_HAS_EXPIRED: refused,
  DEPTH_ZERO_SELF_SIGNED_CERT: refused,
  SELF_SIGNED_CERT_IN_CHAIN: refused,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: refused,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: refused,
};

/**
 * How the driver encrypts a connection; false without TLS.
 * @throws SettingError when a file cannot be read
 */
export function tlsOptions({ mode, ...files }: PostgresSetting['ssl']): TlsOptions | false {
  if (mode === 'disable') return false;
  return {
    ...tlsFiles(files, { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' }),
    rejectUnauthorized: mode !== 'require',
    // verify-ca checks the authority that issued the certificate, not the host name in it.
    ...(mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
  };
}
