import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { SettingError } from '../../config/setting-error.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type ClientCertificate, isValidAt } from '../../proofs/client-certificates.js';

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
    this.authorities = typeof authorities === 'object' ? readAuthorities(authorities.file) : [];
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

const isIssuedBy = (certificate: X509Certificate, authority: X509Certificate): boolean =>
  certificate.checkIssued(authority) && certificate.verify(authority.publicKey);

function readAuthorities(file: string): X509Certificate[] {
  try {
    const blocks = readFileSync(file, 'utf8').match(
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
    );
    const authorities = (blocks ?? []).map((block) => new X509Certificate(block));
    if (authorities.length === 0) throw new Error('it contains no certificate in PEM form');
    const leaf = authorities.find((certificate) => !certificate.ca);
    if (leaf) throw new Error(`${leaf.subject.replaceAll('\n', ', ')} is not an authority`);
    return authorities;
  } catch (error) {
    throw new SettingError(
      `EYRIE_MTLS_CA: cannot use ${file} (${(error as Error).message}): name a PEM file of authorities`,
    );
  }
}
