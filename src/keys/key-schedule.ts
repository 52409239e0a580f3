import { ConflictException, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { SigningKeysStore } from '../persistence/stores/signing-keys.store.js';
import { Sweeper } from '../persistence/sweeper.js';
import type { SigningAlgorithm } from './jws.js';
import { KeyRing } from './key-ring.js';

/** The actor in the audit trail. */
const actor = 'eyrie:key-schedule';

/** Rotates keys that have signed for as long as `EYRIE_KEY_ROTATION` says. It runs before each sweep, on the replica that sweeps. */
@Injectable()
export class KeySchedule implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly keys: SigningKeysStore,
    private readonly keyRing: KeyRing,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    if (this.settings.keyRotation !== undefined)
      this.sweeper.beforeSweeping(async () => void (await this.rotateDue()));
  }

  /** @returns the algorithms whose keys were rotated */
  async rotateDue(): Promise<SigningAlgorithm[]> {
    const { keyRotation } = this.settings;
    if (keyRotation === undefined) return [];
    const now = this.clock.now();
    const due = (await this.keys.kept(now)).filter(
      ({ state, activatedAt }) =>
        state === 'active' && activatedAt !== null && activatedAt + keyRotation <= now,
    );
    const algorithms = due.map(({ alg }) => alg as SigningAlgorithm);
    if (algorithms.length === 0) return [];
    try {
      await this.keyRing.rotate(algorithms, actor);
    } catch (error) {
      // Somebody has just rotated keys: the next sweep comes back to it.
      if (error instanceof ConflictException) return [];
      throw error;
    }
    return algorithms;
  }
}
