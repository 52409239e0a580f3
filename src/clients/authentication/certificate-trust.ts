import type { X509Certificate } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { isIssuedBy, isValidAt, readAuthorities } from '../../crypto/certificates.js';
import type { ClientCertificate } from '../../proofs/client-certificates.js';

/** A certificate with an extended key usage must have one of these: clientAuth or any (RFC 5280 §4.2.1.12). */
const clientUsages = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

/**
 * Decides whether a client certificate is trusted: because an authority in `EYRIE_MTLS_CA` issued it, or because the proxy checked
 * it. Each authority in the file is trusted by itself, so no chain is built.
 */
@Injectable()
export class CertificateTrust {
  private readonly authorities: readonly X509Certificate[];
  private readonly trustsProxy: boolean;

  constructor(
    @Inject(SETTINGS) { mtls }: Settings,
    private readonly clock: Clock,
  ) {
    const authorities = mtls?.authorities;
    this.trustsProxy = authorities === 'proxy';
    this.authorities =
      typeof authorities === 'object' ? readAuthorities('EYRIE_MTLS_CA', authorities.file) : [];
  }

  /** Why the certificate is not trusted, as the end of a sentence; undefined if it is. */
  problem({ x509, isProxied }: ClientCertificate): string | undefined {
    if (this.trustsProxy) return isProxied ? undefined : 'did not come through the proxy';
    // The file may hold the old and the new certificate of an authority.
    const issuers = this.authorities.filter((authority) => isIssuedBy(x509, authority));
    if (issuers.length === 0) return 'was issued by none of the authorities in EYRIE_MTLS_CA';
    const now = this.clock.now();
    if (!issuers.some((issuer) => isValidAt(issuer, now)))
      return 'was issued by an authority whose own certificate is not valid now';
    // In Node, `keyUsage` is the extended key usage.
    const usages = x509.keyUsage as readonly string[] | undefined;
    if (usages && !usages.some((usage) => clientUsages.includes(usage)))
      return 'is not for client authentication';
    return undefined;
  }
}
