import { scrypt as derive, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { HashKind } from './hash-kind.js';

const scryptOf = promisify<string, Buffer, number, ScryptOptions, Buffer>(derive);

/** scrypt (RFC 7914) in the PHC string format; it takes 128 MiB at most. */
export const scrypt: HashKind = {
  pattern: /^\$scrypt\$ln=(?:[1-9]|1[0-7]),r=[1-8],p=[1-4]\$[A-Za-z\d+/]{2,86}\$[A-Za-z\d+/]{16,86}$/,
  async matches(stored, password) {
    const [, , parameters = '', salt = '', hash = ''] = stored.split('$');
    const [ln = 0, r = 0, p = 0] = parameters.match(/\d+/g)?.map(Number) ?? [];
    const expected = Buffer.from(hash, 'base64');
    const options = { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r };
    const derived = await scryptOf(password, Buffer.from(salt, 'base64'), expected.length, options);
    return timingSafeEqual(derived, expected);
  },
};
