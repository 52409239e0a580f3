/*
 * Password hashes that other services made, in the PHC string format (https://github.com/P-H-C/phc-string-format): the one place that
 * says which of them are accepted.
 */

/** The parameters of an argon2 hash, with salt and hash in base64. */
export interface Argon2Parts {
  readonly variant: 'd' | 'i' | 'id';
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
  readonly salt: string;
  readonly hash: string;
}

/** The parameters of a PBKDF2 hash (RFC 8018 §5.2), with salt and hash in base64. */
export interface Pbkdf2Parts {
  readonly digest: 'sha1' | 'sha256' | 'sha512';
  readonly iterations: number;
  readonly salt: string;
  readonly hash: string;
}

export const argon2Text = ({ variant, memoryKiB, passes, lanes, salt, hash }: Argon2Parts): string =>
  `$argon2${variant}$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`;

export const pbkdf2Text = ({ digest, iterations, salt, hash }: Pbkdf2Parts): string =>
  `$pbkdf2-${digest}$i=${iterations}$${unpadded(salt)}$${unpadded(hash)}`;

/** The forms of hashes that a password can be checked against. */
export const storedHashPattern =
  /^\$argon2(?:d|i|id)\$v=19\$m=\d{1,7},t=\d{1,3},p=\d{1,2}\$[A-Za-z\d+/]{11,64}\$[A-Za-z\d+/]{16,86}$/;

/** Whether a password can be checked against the hash. */
export const isStoredHash = (text: string): boolean => storedHashPattern.test(text);

const unpadded = (base64: string): string => base64.replace(/=+$/, '');
