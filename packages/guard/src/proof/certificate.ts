import { createHash, X509Certificate } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import type { CarrierRequest } from '../request/credentials.js';

/** Returns the SHA-256 thumbprint, in base64url, of the client's certificate; `undefined` if there is none. */
export type CertificateReader = (request: CarrierRequest) => string | undefined;

/** The header in which a TLS-terminating proxy passes the client's certificate. */
export interface CertificateHeader {
  /** `Client-Cert` (RFC 9440), or a header with the certificate as PEM, percent-encoded or not. */
  header: string;
  /** Addresses, or networks such as `10.0.0.0/8`, of trusted proxies. */
  trustedProxies: readonly string[];
}

/**
 * Makes a reader of the certificate: from the header if a trusted proxy sent the request, otherwise from the TLS connection.
 *
 * @throws {TypeError} if the name of the header or an address is malformed
 */
export function certificateReader(proxy: CertificateHeader | undefined): CertificateReader {
  if (proxy === undefined) return ofConnection;
  const { header, trustedProxies } = proxy;
  if (typeof header !== 'string' || !/^[\w-]+$/.test(header))
    throw new TypeError('BearerModule: mtls.header must be the name of a header');
  if (!Array.isArray(trustedProxies)) throw new TypeError('BearerModule: mtls.trustedProxies must be a list');
  const trusted = addressList(trustedProxies);
  const name = header.toLowerCase();
  return (request) => {
    const address = socketOf(request)?.remoteAddress;
    if (address === undefined || !isListed(trusted, address)) return ofConnection(request);
    const value = request.headers[name];
    return typeof value === 'string' ? inHeader(value) : undefined;
  };
}

function ofConnection(request: CarrierRequest): string | undefined {
  const certificate = socketOf(request)?.getPeerX509Certificate?.();
  return certificate && thumbprint(certificate);
}

function inHeader(value: string): string | undefined {
  try {
    // RFC 9440 §2.1: DER in base64, between colons.
    const der = /^:([A-Za-z0-9+/]+=*):$/.exec(value)?.[1];
    return thumbprint(new X509Certificate(der ? Buffer.from(der, 'base64') : pem(value)));
  } catch {
    return undefined;
  }
}

// A header cannot contain line breaks. Proxies encode them, or replace them with spaces or tabs.
function pem(value: string): string {
  const text = value.includes('%') ? decodeURIComponent(value) : value;
  const base64 = text.replace(/-----(?:BEGIN|END) CERTIFICATE-----/g, '').replace(/\s+/g, '');
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----`;
}

// RFC 8705 §3.1: "the base64url-encoded SHA-256 digest of the DER encoding of the X.509 certificate"
function thumbprint(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('base64url');
}

function socketOf({ raw, socket }: CarrierRequest) {
  return raw?.socket ?? socket;
}

function addressList(addresses: readonly unknown[]): BlockList {
  const list = new BlockList();
  for (const one of addresses) {
    const [address = '', bits] = String(one).split('/', 2);
    try {
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (bits === undefined) list.addAddress(address, family);
      else list.addSubnet(address, Number(bits), family);
    } catch {
      throw new TypeError(
        `BearerModule: mtls.trustedProxies: ${JSON.stringify(String(one))} is not an address or network`,
      );
    }
  }
  return list;
}

function isListed(list: BlockList, address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return list.check(mapped, 'ipv4');
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
