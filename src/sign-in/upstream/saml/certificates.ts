import { X509Certificate } from 'node:crypto';
import type { LoadedUpstream } from '../definition.js';
import { badAnswer } from './bad-answer.js';

const minRsaBits = 2_048;

/**
 * Reads a certificate of an upstream, as PEM or as the base64 of metadata.
 * @returns why it cannot be used, to follow its name in a sentence
 */
export function certificateOf(text: string): X509Certificate | string {
  if (text.split('-----BEGIN').length > 2) return 'holds several: each needs an entry of its own';
  const inner = text.replace(/-----(?:BEGIN|END) CERTIFICATE-----/g, '').replace(/\s/g, '');
  try {
    const certificate = new X509Certificate(Buffer.from(inner, 'base64'));
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
    if (type !== 'rsa' || (details?.modulusLength ?? 0) < minRsaBits)
      return `must have an RSA key of at least ${minRsaBits} bits`;
    return certificate;
  } catch {
    return 'is not a certificate';
  }
}

/**
 * The certificates of an upstream that are valid now, as PEM: the others do not count.
 * @param now seconds since the epoch
 * @throws UpstreamRefusal bad_answer if there is none
 */
export function validCertificates(
  { certificates = [], certificatesUntil: until }: Pick<LoadedUpstream, 'certificates' | 'certificatesUntil'>,
  now: number,
): string[] {
  if (until !== undefined && until <= now)
    throw badAnswer(`the metadata of the upstream were valid until ${until}`);
  const valid = certificates
    .map(certificateOf)
    .filter((one): one is X509Certificate => typeof one !== 'string')
    .filter(
      ({ validFrom, validTo }) => Date.parse(validFrom) <= now * 1_000 && now * 1_000 < Date.parse(validTo),
    )
    .map(String);
  if (valid.length === 0) throw badAnswer('no certificate of the upstream is valid at present');
  return valid;
}
