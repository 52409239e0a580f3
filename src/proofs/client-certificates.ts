import { createHash, X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { addressMatcher } from '../config/address-matcher.js';

/** A certificate whose private key the sender of a request holds. Whether it is trusted is decided elsewhere. */
export interface ClientCertificate {
  readonly x509: X509Certificate;
  /** Whether a proxy forwarded it in a header. */
  readonly isProxied: boolean;
}

/** Finds the client certificate of a request (RFC 8705). */
@Injectable()
export class ClientCertificates {
  private readonly header: string | undefined;
  private readonly isOn: boolean;
  private readonly isProxy: (address: string | undefined) => boolean;

  constructor(@Inject(SETTINGS) { mtls, trustedProxies }: Settings) {
    this.isOn = mtls !== undefined;
    this.header = mtls?.header?.toLowerCase();
    this.isProxy = addressMatcher(this.header === undefined ? [] : trustedProxies);
  }

  /**
   * Finds the certificate; undefined if there is none or mutual TLS is off. A request of a trusted proxy has it in the header (the proxy's
   * own certificate is ignored); the header of any other sender is ignored (RFC 9440 §4).
   */
  find({ headers, socket }: FastifyRequest): ClientCertificate | undefined {
    if (!this.isOn) return undefined;
    if (this.header !== undefined && this.isProxy(socket.remoteAddress)) {
      const x509 = inHeader(headers[this.header]);
      return x509 && { x509, isProxied: true };
    }
    const x509 = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    return x509 && { x509, isProxied: false };
  }

  /** The thumbprint of the certificate, to which tokens are bound. */
  thumbprintOf(request: FastifyRequest): string | undefined {
    const certificate = this.find(request);
    return certificate && thumbprint(certificate.x509);
  }
}

/** "the base64url-encoded SHA-256 […] of the DER encoding of the X.509 certificate" (RFC 8705 §3.1) */
export const thumbprint = ({ raw }: X509Certificate): string =>
  createHash('sha256').update(raw).digest('base64url');

/**
 * Either a byte sequence (RFC 9440 §2.1) or percent-encoded PEM. A header that was sent twice is joined by a comma, which neither
 * form contains; it is refused, since the first value may be the sender's own.
 */
function inHeader(value: string | string[] | undefined): X509Certificate | undefined {
  if (typeof value !== 'string' || value.includes(',')) return undefined;
  const der = /^:([A-Za-z\d+/]+={0,2}):$/.exec(value)?.[1];
  try {
    return new X509Certificate(der === undefined ? decodeURIComponent(value) : Buffer.from(der, 'base64'));
  } catch {
    return undefined;
  }
}
