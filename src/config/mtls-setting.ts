import { SettingError } from './setting-error.js';

/** How clients come by mutual TLS (RFC 8705). */
export interface MtlsSettings {
  /** The header in which trusted proxies tell the client's certificate; absent where only our own connections do. */
  readonly header: string | undefined;
  /**
   * Who vouches for the certificates of tls_client_auth: the authorities in a PEM file, or the proxy, which lets no others in.
   * Absent where nobody does, and the method does not exist.
   */
  readonly authorities: { readonly file: string } | 'proxy' | undefined;
  /** Where clients present certificates, if not at the issuer. */
  readonly origin: string | undefined;
}

/** The variables as they were read. */
export interface MtlsVariables {
  readonly EYRIE_MTLS: string | undefined;
  readonly EYRIE_MTLS_HEADER: string | undefined;
  readonly EYRIE_MTLS_CA: string | undefined;
  readonly EYRIE_MTLS_ORIGIN: string | undefined;
}

/**
 * @param connection what else is set that certificates can come by
 * @throws SettingError
 */
export function mtlsSetting(
  variables: MtlsVariables,
  connection: { readonly hasTls: boolean; readonly hasProxies: boolean },
): MtlsSettings | undefined {
  const { EYRIE_MTLS: mode = 'off', EYRIE_MTLS_HEADER: header, EYRIE_MTLS_CA: ca } = variables;
  if (mode !== 'on' && mode !== 'off') throw new SettingError(`EYRIE_MTLS is "${mode}": use one of on, off`);
  if (mode === 'off') {
    for (const [name, value] of Object.entries(variables))
      if (value !== undefined && name !== 'EYRIE_MTLS')
        throw new SettingError(`${name} has no effect without EYRIE_MTLS=on: set that too, or neither`);
    return undefined;
  }
  if (header === undefined && !connection.hasTls)
    throw new SettingError(
      'EYRIE_MTLS is on, and no certificate can arrive: set EYRIE_TLS_CERT and EYRIE_TLS_KEY, or EYRIE_MTLS_HEADER with EYRIE_TRUSTED_PROXIES',
    );
  if (header !== undefined && !/^[\w-]+$/.test(header))
    throw new SettingError(`EYRIE_MTLS_HEADER is "${header}": use the name of a header, such as Client-Cert`);
  if (header !== undefined && !connection.hasProxies)
    throw new SettingError(
      'EYRIE_MTLS_HEADER is believed of no one: name the proxy in EYRIE_TRUSTED_PROXIES',
    );
  if (ca === 'proxy' && header === undefined)
    throw new SettingError(
      'EYRIE_MTLS_CA is "proxy", and no proxy tells certificates: set EYRIE_MTLS_HEADER',
    );
  return {
    header,
    authorities: ca === undefined || ca === 'proxy' ? ca : { file: ca },
    origin: originSetting(variables.EYRIE_MTLS_ORIGIN),
  };
}

function originSetting(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'https:' || url.origin !== value.replace(/\/$/, ''))
    throw new SettingError(
      `EYRIE_MTLS_ORIGIN is "${value}": use an https origin without path, such as https://mtls.id.example.com`,
    );
  return url.origin;
}
