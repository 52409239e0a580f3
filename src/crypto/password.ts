import { Algorithm } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { preparePassword } from '../protocol/password.js';
import { inSpan } from '../tracing/spans.js';
import { BusyError } from './busy-error.js';
import { argon2Hash, argon2Text, maxArgon2AtOnce } from './password-hashes/argon2.js';
import { hasHash } from './password-hashes/hash-kinds.js';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const cost = { algorithm: Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The hash of no password that anybody finds, which costs as much to compare with as a new one. */
export const decoy = argon2Text({
  variant: 'id',
  memoryKiB: cost.memoryCost,
  passes: cost.timeCost,
  lanes: cost.parallelism,
  salt: Buffer.alloc(16).toString('base64'),
  hash: Buffer.alloc(32).toString('base64'),
});

/** Hashes that wait: about five seconds of work on two cores that have nothing else to do. */
const maxWaiting = 500;
/** Milliseconds that a hash may wait. */
const maxWaitMilliseconds = 10_000;
const retryAfterSeconds = 5;

/** Whether somebody still waits for the outcome. */
export type IsWanted = () => boolean;

/** Of a password that was compared with a hash. `outdated`: it matches, but would be hashed in another way today. */
export type PasswordMatch = 'wrong' | 'current' | 'outdated';

/**
 * argon2id hashes of passwords. A check takes about 20 ms of a core, on threads that give way to everything else: at most two at once, so
 * that a burst of sign-ins does not starve the token endpoint. The others wait in a line that has an end.
 */
@Injectable()
export class PasswordHasher {
  private readonly inTurn = pLimit(maxArgon2AtOnce);

  /** @throws BusyError if too many wait */
  async hash(password: string): Promise<string> {
    return this.inLine(() => argon2Hash(preparePassword(password), cost));
  }

  /** Whether the password matches the hash. Without a hash (no such user) it takes as long and returns false. */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    return (await this.compare(stored, password)) !== 'wrong';
  }

  /**
   * Compares the password with the hash. Without a hash (no such user) it takes as long, and the password is wrong.
   * @throws BusyError if too many wait, or nobody wants the outcome any more when its turn comes
   */
  async compare(
    stored: string | undefined,
    password: string,
    isWanted: IsWanted = () => true,
  ): Promise<PasswordMatch> {
    const against = stored ?? decoy;
    const [prepared, ...others] = spellings(password);
    const isPrepared = await this.inLine(() => hasHash(against, prepared), isWanted);
    if (isPrepared && stored !== undefined) return hasGrown(stored) ? 'outdated' : 'current';
    for (const spelling of others) {
      const matches = await this.inLine(() => hasHash(against, spelling), isWanted);
      if (matches && stored !== undefined) return 'outdated';
    }
    return 'wrong';
  }

  private async inLine<Result>(
    work: () => Promise<Result>,
    isWanted: IsWanted = () => true,
  ): Promise<Result> {
    if (this.inTurn.pendingCount >= maxWaiting) throw new BusyError(retryAfterSeconds);
    const since = performance.now();
    return inSpan(
      () => ({ name: 'hash password', kind: 'internal' }),
      (span) =>
        this.inTurn(() => {
          span?.note('begun');
          if (!isWanted() || performance.now() - since > maxWaitMilliseconds)
            throw new BusyError(retryAfterSeconds);
          return work();
        }),
    );
  }
}

/** The prepared password, and the spellings that an older hash may have been made of: as it was typed, and decomposed. */
function spellings(password: string): [string, ...string[]] {
  const prepared = preparePassword(password);
  return [prepared, ...new Set([password, prepared.normalize('NFD')].filter((other) => other !== prepared))];
}

/** Whether a new hash would be of another kind or cost more than this one, which is in the PHC string format. */
function hasGrown(stored: string): boolean {
  if (!stored.startsWith('$argon2id$')) return true;
  const [, memory = 0, time = 0] = /\$m=(\d+),t=(\d+),/.exec(stored) ?? [];
  return Number(memory) < cost.memoryCost || Number(time) < cost.timeCost;
}
