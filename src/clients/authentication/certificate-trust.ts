import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { SettingError } from '../../config/setting-error.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type ClientCertificate, isGoodAt } from '../../proofs/client-certificates.js';

/** What the extended key usage of a client's certificate allows, where it has one (RFC 5280 §4.2.1.12). */
const clientUsages = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

/**
 * Whether somebody vouches for a certificate: an authority that the operator named, or the proxy. Each named authority is
 * trusted by itself, so that a certificate is good when one of them issued it, without a chain to build.
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

  /** Why nobody does, or undefined. */
  problem({ x509, isProxied }: ClientCertificate): string | undefined {
    if (this.trustsProxy) return isProxied ? undefined : 'did not come through the proxy';
    // An authority that renewed its certificate may stand there with both.
    const issuers = this.authorities.filter((authority) => isIssuedBy(x509, authority));
    if (issuers.length === 0) return 'was issued by none of the authorities in EYRIE_MTLS_CA';
    const now = this.clock.now();
    if (!issuers.some((issuer) => isGoodAt(issuer, now)))
      return 'was issued by an authority whose own certificate is not good now';
    // Node names the extended key usage so.
    const usages = x509.keyUsage as readonly string[] | undefined;
    if (usages && !usages.some((usage) => clientUsages.includes(usage))) return 'is not for clients';
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
    if (authorities.length === 0) throw new Error('it holds no certificate in PEM form');
    const stranger = authorities.find((certificate) => !certificate.ca);
    if (stranger) throw new Error(`${stranger.subject.replaceAll('\n', ', ')} is no authority`);
    return authorities;
  } catch (error) {
    throw new SettingError(
      `EYRIE_MTLS_CA: cannot use ${file} (${(error as Error).message}): name a PEM file of authorities`,
    );
  }
}
