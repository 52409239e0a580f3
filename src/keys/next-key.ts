import { ConflictException } from '@nestjs/common';
import type { SigningKey } from '../persistence/entities/signing-key.entity.js';

/** How long caches may keep the JWKS. */
export const keySetMaxAgeSeconds = 60;

/**
 * The next key of an algorithm, which is to become active.
 * @param keys the keys of this algorithm, and perhaps of others
 * @param now seconds since the epoch
 * @param force whether the key may sign although it was published a moment ago
 * @throws ConflictException if cached key sets may have the active key and lack the next one, so that its signatures would not verify
 */
export function nextKey(keys: readonly SigningKey[], alg: string, now: number, force: boolean): SigningKey {
  const next = keys.find((key) => key.alg === alg && key.state === 'next');
  if (!next) throw new Error(`there is no next ${alg} key`);
  // The first two keys were made together, and are in the same key sets.
  const isFirst = !keys.some((key) => key.alg === alg && key.state === 'retired');
  const waitSeconds = next.createdAt + keySetMaxAgeSeconds + 1 - now;
  if (force || isFirst || waitSeconds <= 0) return next;
  throw new ConflictException(
    `the next ${alg} key was published ${now - next.createdAt} seconds ago, and cached key sets may lack it: rotate again in ${waitSeconds} seconds, or by force (--force) if tokens may fail to verify until then`,
  );
}
