import type { Options } from '@node-rs/argon2';
import { backgroundThreads } from '../background-threads.js';
import type { Comparison, Hashing } from './argon2.worker.js';
import { type HashKind, unpadded } from './hash-kind.js';

/** Hashes that are made or compared at once. */
export const maxArgon2AtOnce = 2;

const inBackground = backgroundThreads(new URL('argon2.worker.js', import.meta.url), maxArgon2AtOnce);

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
  matches: (stored, password) => inBackground({ stored, password } satisfies Comparison, 'matches'),
};

/** A new hash in the PHC string format. */
export const argon2Hash = (password: string, cost: Options): Promise<string> =>
  inBackground({ password, cost } satisfies Hashing, 'hash');

export const argon2Text = ({ variant, memoryKiB, passes, lanes, salt, hash }: Argon2Parts): string =>
  `$argon2${variant}$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`;
