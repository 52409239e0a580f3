import { Injectable } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import { hasCertificateName } from '../../protocol/certificate-name.js';
import type { RegisteredClient } from '../registered-client.js';
import { CertificateTrust } from './certificate-trust.js';
import type { AuthenticationRequest, RecognisingMethod } from './method.js';
import { PresentedCertificates, refusedCertificate } from './presented-certificates.js';

/** A certificate of an authority with the client's registered subject or alternative name (RFC 8705 §2.1). */
@Injectable()
export class TlsClientAuth implements RecognisingMethod {
  readonly name = 'tls_client_auth';

  constructor(
    private readonly presented: PresentedCertificates,
    private readonly trust: CertificateTrust,
  ) {}

  isOffered({ mtls }: Settings): boolean {
    return mtls?.authorities !== undefined;
  }

  recognises({ metadata }: RegisteredClient, { http }: AuthenticationRequest): true {
    const certificate = this.presented.require(http);
    const problem = this.trust.problem(certificate);
    if (problem !== undefined) throw refusedCertificate(certificate, problem);
    const isNamed = hasCertificateName(certificate.x509, {
      tls_client_auth_subject_dn: metadata.tlsClientAuthSubjectDn,
      tls_client_auth_san_dns: metadata.tlsClientAuthSanDns,
      tls_client_auth_san_uri: metadata.tlsClientAuthSanUri,
      tls_client_auth_san_ip: metadata.tlsClientAuthSanIp,
      tls_client_auth_san_email: metadata.tlsClientAuthSanEmail,
    });
    if (!isNamed) throw refusedCertificate(certificate, 'does not have the registered name');
    return true;
  }
}
