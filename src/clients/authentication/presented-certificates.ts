import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../config/clock.js';
import { isValidAt } from '../../crypto/certificates.js';
import { type ClientCertificate, ClientCertificates, thumbprint } from '../../proofs/client-certificates.js';
import { OAuthError } from '../../protocol/errors.js';
import { keyBoundsProblem } from '../../protocol/key-bounds.js';

/** Reads the certificates with which clients authenticate. */
@Injectable()
export class PresentedCertificates {
  constructor(
    private readonly certificates: ClientCertificates,
    private readonly clock: Clock,
  ) {}

  /**
   * The certificate of a request.
   * @throws OAuthError invalid_client if there is none, or if it is not valid now
   */
  require(http: FastifyRequest): ClientCertificate {
    const certificate = this.certificates.find(http);
    if (!certificate) throw refused('none was presented');
    const { validFrom, validTo } = certificate.x509;
    if (!isValidAt(certificate.x509, this.clock.now()))
      throw refusedCertificate(certificate, `is only valid from ${validFrom} to ${validTo}`);
    const problem = keyProblem(certificate);
    if (problem !== undefined) throw refusedCertificate(certificate, `holds ${problem}`);
    return certificate;
  }
}

function keyProblem({ x509 }: ClientCertificate): string | undefined {
  try {
    return keyBoundsProblem(x509.publicKey);
  } catch {
    return 'a key that cannot be imported';
  }
}

/** @param problem the rest of a sentence about the certificate, for the administrator */
export const refusedCertificate = (certificate: ClientCertificate, problem: string): OAuthError => {
  const { subject } = certificate.x509;
  return refused(`${thumbprint(certificate.x509)} (${subject.replaceAll('\n', ', ')}) ${problem}`);
};

const refused = (detail: string): OAuthError =>
  new OAuthError('invalid_client', 'client authentication failed', {
    detail: `client certificate: ${detail}`,
  });
