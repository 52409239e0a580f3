import { type Options, hashSync, verifySync } from '@node-rs/argon2';

/** A password, and a hash that it is compared with. */
export interface Comparison {
  readonly stored: string;
  readonly password: string;
}

/** A password that is to be hashed. */
export interface Hashing {
  readonly password: string;
  readonly cost: Options;
}

export const hash = ({ password, cost }: Hashing): string => hashSync(password, cost);

/** What the library cannot read, such as a hash with less memory than its lanes need, is the hash of no password. */
export function matches({ stored, password }: Comparison): boolean {
  try {
    return verifySync(stored, password);
  } catch {
    return false;
  }
}
