import { verify } from '@node-rs/argon2';
import { type HashKind, unpadded } from './hash-kind.js';

/** The parameters of an argon2 hash (RFC 9106), with salt and hash in base64. */
export interface Argon2Parts {
  readonly variant: 'd' | 'i' | 'id';
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
  readonly salt: string;
  readonly hash: string;
}

/** argon2 in the PHC string format, with less than 200,000 KiB, 20 passes and 20 lanes. */
export const argon2: HashKind = {
  pattern:
    /^\$argon2(?:d|i|id)\$v=19\$m=(?:[1-9]\d{0,4}|1\d{5}),t=(?:[1-9]|1\d),p=(?:[1-9]|1\d)\$[A-Za-z\d+/]{11,64}\$[A-Za-z\d+/]{16,86}$/,
  // What the library cannot read, such as a hash with less memory than its lanes need, is the hash of no password.
  matches: (stored, password) => verify(stored, password).catch(() => false),
};

export const argon2Text = ({ variant, memoryKiB, passes, lanes, salt, hash }: Argon2Parts): string =>
  `$argon2${variant}$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`;
