import { randomFillSync } from 'node:crypto';

const pool = Buffer.allocUnsafeSlow(4_096);
let used = pool.length;

/**
 * Random bytes from the system's generator, fetched in blocks: a call for each token would cost as much as a signature.
 * Bytes are handed out once and then overwritten.
 */
export function randomFromPool(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + length));
  pool.fill(0, used, used + length);
  used += length;
  return bytes;
}
