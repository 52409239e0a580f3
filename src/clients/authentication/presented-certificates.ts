import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../config/clock.js';
import {
  type ClientCertificate,
  ClientCertificates,
  isGoodAt,
  thumbprint,
} from '../../proofs/client-certificates.js';
import { OAuthError } from '../../protocol/errors.js';

/** The certificates by which clients authenticate. */
@Injectable()
export class PresentedCertificates {
  constructor(
    private readonly certificates: ClientCertificates,
    private readonly clock: Clock,
  ) {}

  /** @throws OAuthError invalid_client where there is none, or one that is not good at this moment */
  require(http: FastifyRequest): ClientCertificate {
    const certificate = this.certificates.of(http);
    if (!certificate) throw refused('none was presented');
    const { validFrom, validTo } = certificate.x509;
    if (!isGoodAt(certificate.x509, this.clock.now()))
      throw refusedCertificate(certificate, `is good from ${validFrom} to ${validTo} only`);
    return certificate;
  }
}

export const refusedCertificate = (certificate: ClientCertificate, problem: string): OAuthError => {
  const { subject } = certificate.x509;
  return refused(`${thumbprint(certificate.x509)} (${subject.replaceAll('\n', ', ')}) ${problem}`);
};

const refused = (detail: string): OAuthError =>
  new OAuthError('invalid_client', 'client authentication failed', {
    detail: `client certificate: ${detail}`,
  });
