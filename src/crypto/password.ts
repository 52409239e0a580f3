import { hash, verify, Algorithm } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';

/** OWASP's argon2id floor: 19 MiB, two passes, one lane. */
const cost = { algorithm: Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * argon2id hashes of passwords. A check takes some 20 ms of a thread that signing needs too, so at most two run at once:
 * a burst of sign-ins waits in line and does not starve the token endpoint.
 */
@Injectable()
export class PasswordHasher {
  private readonly inTurn = pLimit(2);
  private readonly decoy = this.inTurn(() => hash('a password that nobody has', cost));

  async hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, cost));
  }

  /** Whether the password is the hashed one. Without a hash (no such user) it takes as long and answers false. */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const against = stored ?? (await this.decoy);
    const matches = await this.inTurn(() => verify(against, password));
    return matches && stored !== undefined;
  }
}
