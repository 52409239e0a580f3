import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SettingError } from '../config/setting-error.js';

/**
 * The authorities in a PEM file of the operator.
 * @throws SettingError naming the setting if the file cannot be read, or holds anything but authorities
 */
export function readAuthorities(setting: string, file: string): X509Certificate[] {
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
      `${setting}: cannot use ${file} (${(error as Error).message}): name a PEM file of authorities`,
    );
  }
}

export const isIssuedBy = (certificate: X509Certificate, authority: X509Certificate): boolean =>
  certificate.checkIssued(authority) && certificate.verify(authority.publicKey);

/**
 * Whether the time is within the validity period of the certificate.
 * @param now seconds since the epoch
 */
export const isValidAt = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now * 1000 && now * 1000 <= Date.parse(validTo);
