import { createHash, X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { addressMatcher } from '../config/address-matcher.js';

/** A certificate whose private key the sender of a request has. Whether anybody vouches for what it says is another question. */
export interface ClientCertificate {
  readonly x509: X509Certificate;
  /** Whether it came through a proxy, and not on a connection of its owner with us. */
  readonly isProxied: boolean;
}

/** Finds the TLS certificate of whoever sends a request (RFC 8705): the only place that knows where it comes from. */
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
   * The certificate, or undefined where there is none, or mutual TLS is off. Of a trusted proxy's request it is that of the
   * header, and the proxy's own never; the header of anybody else is not looked at (RFC 9440 §4).
   */
  of({ headers, socket }: FastifyRequest): ClientCertificate | undefined {
    if (!this.isOn) return undefined;
    if (this.header !== undefined && this.isProxy(socket.remoteAddress)) {
      const x509 = inHeader(headers[this.header]);
      return x509 && { x509, isProxied: true };
    }
    const x509 = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    return x509 && { x509, isProxied: false };
  }

  /** Its thumbprint, to which tokens are bound. */
  thumbprintOf(request: FastifyRequest): string | undefined {
    const certificate = this.of(request);
    return certificate && thumbprint(certificate.x509);
  }
}

/** "the base64url-encoded SHA-256 […] of the DER encoding of the X.509 certificate" (RFC 8705 §3.1) */
export const thumbprint = ({ raw }: X509Certificate): string =>
  createHash('sha256').update(raw).digest('base64url');

/** @param now seconds since the epoch */
export const isGoodAt = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now * 1000 && now * 1000 <= Date.parse(validTo);

/**
 * Either a byte sequence of RFC 9440 §2.1, or PEM, whose line breaks a header can only hold percent-encoded. A header that was sent
 * twice is joined by a comma, which neither form holds: the first may be the sender's own.
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
