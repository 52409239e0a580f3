import { pbkdf2 as derive, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { type HashKind, unpadded } from './hash-kind.js';

/** The parameters of a PBKDF2 hash (RFC 8018 §5.2), with salt and hash in base64. */
export interface Pbkdf2Parts {
  readonly digest: 'sha1' | 'sha256' | 'sha512';
  readonly iterations: number;
  readonly salt: string;
  readonly hash: string;
}

/** PBKDF2 in the PHC string format, and as passlib writes it (`.` for `+`, the bare number of iterations); less than two million iterations. */
export const pbkdf2: HashKind = {
  pattern:
    /^\$pbkdf2-(?:sha1|sha256|sha512)\$(?:i=)?(?:[1-9]\d{0,5}|1\d{6})\$[A-Za-z\d+/.]{2,90}\$[A-Za-z\d+/.]{16,90}$/,
  async matches(stored, password) {
    const [, name = '', iterations = '', salt = '', hash = ''] = stored.split('$');
    const expected = bytesOf(hash);
    const rounds = Number(iterations.replace('i=', ''));
    const digest = name.replace('pbkdf2-', '');
    const derived = await promisify(derive)(password, bytesOf(salt), rounds, expected.length, digest);
    return timingSafeEqual(derived, expected);
  },
};

export const pbkdf2Text = ({ digest, iterations, salt, hash }: Pbkdf2Parts): string =>
  `$pbkdf2-${digest}$i=${iterations}$${unpadded(salt)}$${unpadded(hash)}`;

const bytesOf = (base64: string): Buffer => Buffer.from(base64.replaceAll('.', '+'), 'base64');
