import { hash, verify, Algorithm } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const cost = { algorithm: Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * argon2id hashes of passwords. A check takes about 20 ms on the thread pool that signing uses too. So at most two run at once,
 * and a burst of sign-ins does not starve the token endpoint.
 */
@Injectable()
export class PasswordHasher {
  private readonly inTurn = pLimit(2);
  private readonly decoy = this.inTurn(() => hash('a password that nobody has', cost));

  async hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, cost));
  }

  /** Whether the password matches the hash. Without a hash (no such user) it takes as long and returns false. */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const against = stored ?? (await this.decoy);
    const matches = await this.inTurn(() => verify(against, password));
    return matches && stored !== undefined;
  }
}
