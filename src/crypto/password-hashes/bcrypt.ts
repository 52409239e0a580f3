import type { HashKind } from './hash-kind.js';

/** bcrypt in the modular crypt format, with 2^14 rounds at most. Only the first 72 bytes of a password count. */
export const bcrypt: HashKind = {
  pattern: /^\$2[aby]\$(?:0[4-9]|1[0-4])\$[A-Za-z\d./]{53}$/,
  async matches(stored, password) {
    const { verify } = await import('@node-rs/bcrypt');
    return verify(Buffer.from(password).subarray(0, 72), stored);
  },
};
