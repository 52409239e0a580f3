import type { ValuesOf } from './setting.js';
import { SettingError } from './setting-error.js';
import type { settingTable } from './setting-table.js';

/** How mutual TLS reaches Eyrie (RFC 8705). */
export interface MtlsSettings {
  /** The header in which trusted proxies pass the client's certificate on; undefined if only our own connections count. */
  readonly header: string | undefined;
  /**
   * Who vouches for the certificates of tls_client_auth: the authorities in a PEM file, or the proxy, which accepts no other
   * certificates. Undefined if nobody does, and the method is off.
   */
  readonly authorities: { readonly file: string } | 'proxy' | undefined;
  /** The origin at which clients present certificates, if it is not the issuer. */
  readonly origin: string | undefined;
}

/**
 * Checks the settings of mutual TLS against each other.
 * @param connection the other settings by which certificates can arrive
 * @throws SettingError
 */
export function mtlsSettings(
  { isOn, header, authorities, origin }: ValuesOf<(typeof settingTable)['mutualTls']>,
  connection: { readonly hasTls: boolean; readonly hasProxies: boolean },
): MtlsSettings | undefined {
  if (!isOn) {
    const others = { EYRIE_MTLS_HEADER: header, EYRIE_MTLS_CA: authorities, EYRIE_MTLS_ORIGIN: origin };
    for (const [name, value] of Object.entries(others))
      if (value !== undefined)
        throw new SettingError(`${name} has no effect without EYRIE_MTLS=on: set both, or neither`);
    return undefined;
  }
  if (header === undefined && !connection.hasTls)
    throw new SettingError(
      'EYRIE_MTLS is on, but no certificate can arrive: set EYRIE_TLS_CERT and EYRIE_TLS_KEY, or EYRIE_MTLS_HEADER with EYRIE_TRUSTED_PROXIES',
    );
  if (header !== undefined && !connection.hasProxies)
    throw new SettingError(
      'EYRIE_MTLS_HEADER is set, but no proxy is trusted: name the proxy in EYRIE_TRUSTED_PROXIES',
    );
  if (authorities === 'proxy' && header === undefined)
    throw new SettingError(
      'EYRIE_MTLS_CA is "proxy", but no proxy passes certificates on: set EYRIE_MTLS_HEADER',
    );
  return {
    header,
    authorities: authorities === undefined || authorities === 'proxy' ? authorities : { file: authorities },
    origin,
  };
}
