import 'reflect-metadata';
import { createHash, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralNames,
  type JsonName,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { JWK } from 'jose';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate with its private key. */
export interface Certificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** As a proxy's header holds it (RFC 9440 §2.1). */
  readonly clientCert: string;
  /** As nginx sends it in `$ssl_client_escaped_cert`. */
  readonly escaped: string;
  /** RFC 8705 §3.1 */
  readonly thumbprint: string;
  /** Its key, with the certificate in x5c. */
  readonly jwk: JWK;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** Attributes by type or OID; an object writes its value as it is. */
export type Subject = readonly Readonly<Record<string, readonly (string | { utf8String: string })[]>>[];

/** What a certificate says; all of it may be left out. */
export interface CertificateContents {
  /** Distinguished name, the least specific part first. */
  readonly subject?: Subject;
  readonly names?: JsonGeneralNames;
  /** Extended key usages, by OID. */
  readonly usages?: string[];
  readonly isAuthority?: boolean;
  /** Seconds from now. */
  readonly from?: number;
  readonly to?: number;
  /** Of a certificate that is renewed; new ones when left out. */
  readonly keys?: webcrypto.CryptoKeyPair;
}

/** Who signs; without one a certificate signs itself. */
interface Issuer {
  readonly cert: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

export const clientUsage = ExtendedKeyUsage.clientAuth as string;
export const serverUsage = ExtendedKeyUsage.serverAuth as string;

/** Makes a certificate that is good from an hour ago for a day, unless told otherwise. */
export async function certificate(contents: CertificateContents = {}, issuer?: Issuer): Promise<Certificate> {
  const { subject = [{ CN: ['robot'] }], names, usages, isAuthority, from = -3_600, to = 86_400 } = contents;
  const keys = contents.keys ?? (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']));
  const made = await X509CertificateGenerator.create({
    serialNumber: `01${randomBytes(8).toString('hex')}`,
    subject: subject as JsonName,
    issuer: issuer ? issuerName(issuer) : (subject as JsonName),
    notBefore: new Date(Date.now() + from * 1000),
    notAfter: new Date(Date.now() + to * 1000),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(isAuthority === true, undefined, true),
      ...(usages ? [new ExtendedKeyUsageExtension(usages)] : []),
      ...(names ? [new SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  const der = Buffer.from(made.rawData);
  const x5c = der.toString('base64');
  const cert = new X509Certificate(der).toString();
  return {
    cert,
    key: PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
    clientCert: `:${x5c}:`,
    escaped: encodeURIComponent(cert),
    thumbprint: createHash('sha256').update(der).digest('base64url'),
    jwk: { ...((await webcrypto.subtle.exportKey('jwk', keys.publicKey)) as JWK), x5c: [x5c] },
    keys,
  };
}

/** An authority that issues certificates. */
export const authority = (name: string): Promise<Certificate> =>
  certificate({ subject: [{ CN: [name] }], isAuthority: true });

/** Our authorities have a common name and no more. */
const issuerName = ({ cert }: Issuer): JsonName => [
  { CN: [new X509Certificate(cert).subject.replace('CN=', '')] },
];
