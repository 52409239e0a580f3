import { Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { Secrets } from '../crypto/secrets.js';
import type { SigningKey } from '../persistence/entities/signing-key.entity.js';
import { LeasesStore } from '../persistence/stores/leases.store.js';
import { SigningKeysStore } from '../persistence/stores/signing-keys.store.js';
import { generateSigningKey } from './generate-key.js';
import type { SigningAlgorithm } from './jws.js';
import { KeyRing } from './key-ring.js';

/** Withdraws keys whose private part may be known to others. */
@Injectable()
export class KeyWithdrawal {
  constructor(
    private readonly keys: SigningKeysStore,
    private readonly leases: LeasesStore,
    private readonly changes: Changes,
    private readonly secrets: Secrets,
    private readonly keyRing: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** @throws NotFoundException if there is no such key, or it was withdrawn before */
  async require(kid: string): Promise<SigningKey> {
    const key = (await this.keys.kept(this.clock.now())).find((one) => one.kid === kid);
    if (!key) throw unknownKey(kid);
    return key;
  }

  /**
   * Takes a key out of the key set, so that nothing that it signed verifies any more. An active key is replaced by its successor at once,
   * although cached key sets may lack that one.
   * @throws NotFoundException as {@link require}
   */
  async withdraw(kid: string, actor: Originator): Promise<void> {
    const { alg } = await this.require(kid);
    const now = this.clock.now();
    const successor = await generateSigningKey(alg as SigningAlgorithm, 'next', this.secrets, now);
    await this.changes.change({ event: 'key.withdrawn', actor, detail: { alg, kid } }, async (tx) => {
      await this.leases.serialise(tx, 'signing-keys');
      const keys = await this.keys.ofAlgorithm(tx, alg);
      const key = keys.find((one) => one.kid === kid && (one.expiresAt === null || one.expiresAt > now));
      if (!key) throw unknownKey(kid);
      await this.keys.withdraw(tx, kid, now);
      if (key.state === 'retired') return;
      const next = keys.find(({ state }) => state === 'next');
      if (key.state === 'active' && next) await this.keys.activate(tx, next.kid, now);
      await this.keys.insert(tx, successor);
    });
    await this.keyRing.reloadNow();
  }
}

const unknownKey = (kid: string): NotFoundException => new NotFoundException(`there is no key ${kid}`);
