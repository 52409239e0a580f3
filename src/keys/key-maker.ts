import { BadRequestException, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { Database } from '../persistence/database.js';
import type { SigningKey, SigningKeyState } from '../persistence/entities/signing-key.entity.js';
import { LeasesStore } from '../persistence/stores/leases.store.js';
import { SigningKeysStore } from '../persistence/stores/signing-keys.store.js';
import { generateSigningKey } from './generate-key.js';
import type { SigningAlgorithm } from './jws.js';
import type { SignerAwayError } from './signers/signer-away.js';
import { Signers } from './signers/signers.js';

/** Makes keys with the signer of the settings, and destroys keys where they are. */
@Injectable()
export class KeyMaker {
  private readonly logger = new Logger(KeyMaker.name);

  constructor(
    private readonly keys: SigningKeysStore,
    private readonly leases: LeasesStore,
    private readonly database: Database,
    private readonly signers: Signers,
    private readonly clock: Clock,
  ) {}

  /** Makes an active and a next key of each of these algorithms that has none. */
  async makeMissing(algorithms: readonly SigningAlgorithm[]): Promise<void> {
    const present = new Set(
      (await this.keys.kept(this.clock.now())).filter((key) => key.state === 'active').map(({ alg }) => alg),
    );
    const missing = [...new Set(algorithms)].filter((alg) => !present.has(alg));
    if (missing.length === 0) return;
    const made = await Promise.all(
      missing.flatMap((alg) => [this.make(alg, 'active'), this.make(alg, 'next')]),
    );
    const stored = await this.database.write(async (tx) => {
      await this.leases.serialise(tx, 'signing-keys');
      const inserted = new Set<SigningKey>();
      for (const alg of missing) {
        // Another replica that is starting too may have created them first.
        if ((await this.keys.ofAlgorithm(tx, alg)).length > 0) continue;
        for (const key of made.filter((candidate) => candidate.alg === alg)) {
          await this.keys.insert(tx, key);
          inserted.add(key);
        }
      }
      return inserted;
    });
    for (const key of made.filter((candidate) => !stored.has(candidate))) await this.destroy(key);
  }

  /**
   * Makes a key that somebody is to store.
   * @throws BadRequestException if the signer has no keys of this algorithm
   */
  async make(alg: SigningAlgorithm, state: SigningKeyState): Promise<SigningKey> {
    const { current } = this.signers;
    if (!current.supports(alg))
      throw new BadRequestException(`the PKCS#11 token has no mechanism for ${alg}`);
    return generateSigningKey(alg, state, current, this.clock.now());
  }

  /** Destroys a key that nobody stored, or nobody is to use any more. @returns whether it is gone */
  async destroy(key: SigningKey): Promise<boolean> {
    try {
      await this.signers.named(key.signer).destroy(key);
      return true;
    } catch (error) {
      const { detail, message } = error as Partial<SignerAwayError> & Error;
      this.logger.warn(
        `the private key ${key.kid} (${key.reference}) could not be destroyed: ${detail ?? message}`,
      );
      return false;
    }
  }
}
