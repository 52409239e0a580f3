import { Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import type { SigningKey } from '../persistence/entities/signing-key.entity.js';
import { LeasesStore } from '../persistence/stores/leases.store.js';
import { SigningKeysStore } from '../persistence/stores/signing-keys.store.js';
import type { SigningAlgorithm } from './jws.js';
import { KeyMaker } from './key-maker.js';
import { KeyRing } from './key-ring.js';

/** Withdraws keys whose private part may be known to others. */
@Injectable()
export class KeyWithdrawal {
  constructor(
    private readonly keys: SigningKeysStore,
    private readonly leases: LeasesStore,
    private readonly changes: Changes,
    private readonly maker: KeyMaker,
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
    const withdrawn = await this.require(kid);
    // A retired key needs no successor, and what would make one may be away.
    if (withdrawn.state === 'retired') await this.replace(withdrawn, undefined, actor);
    else await this.withdrawWithSuccessor(withdrawn, actor);
    await this.keyRing.reloadNow();
    // If its token is away, the sweeper tries again.
    await this.maker.destroy(withdrawn);
  }

  private async withdrawWithSuccessor(withdrawn: SigningKey, actor: Originator): Promise<void> {
    const successor = await this.maker.make(withdrawn.alg as SigningAlgorithm, 'next');
    let isStored = false;
    try {
      isStored = await this.replace(withdrawn, successor, actor);
    } finally {
      if (!isStored) await this.maker.destroy(successor);
    }
  }

  /** @returns whether the successor was stored: a key that has retired meanwhile needs none */
  private async replace(
    { alg, kid }: SigningKey,
    successor: SigningKey | undefined,
    actor: Originator,
  ): Promise<boolean> {
    const now = this.clock.now();
    return this.changes.change({ event: 'key.withdrawn', actor, detail: { alg, kid } }, async (tx) => {
      await this.leases.serialise(tx, 'signing-keys');
      const keys = await this.keys.ofAlgorithm(tx, alg);
      const key = keys.find((one) => one.kid === kid && (one.expiresAt === null || one.expiresAt > now));
      if (!key) throw unknownKey(kid);
      await this.keys.withdraw(tx, kid, now);
      if (key.state === 'retired' || !successor) return false;
      const next = keys.find(({ state }) => state === 'next');
      if (key.state === 'active' && next) await this.keys.activate(tx, next.kid, now);
      await this.keys.insert(tx, successor);
      return true;
    });
  }
}

const unknownKey = (kid: string): NotFoundException => new NotFoundException(`there is no key ${kid}`);
