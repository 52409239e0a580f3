import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Secrets } from '../crypto/secrets.js';
import { Database } from '../persistence/database.js';
import type { AuditEvent } from '../persistence/entities/audit-event.entity.js';
import { newId } from '../persistence/id.js';
import { DuplicateError } from '../persistence/duplicate-error.js';
import { AuditSealsStore, SealedMeanwhile } from '../persistence/stores/audit-seals.store.js';
import { Sweeper, type SweepPass } from '../persistence/sweeper.js';
import { beginning, digestOfDetail, digestOfEvent, hashOfSeal, newSalt } from './seal-hashes.js';

/** The most events of one seal. */
const batchSize = 200;

/**
 * Seals the events of the audit trail, so that a change of them is noticed: each seal holds the hash of its events and of the seal
 * before it. It runs once a minute, before each sweep, on the replica that sweeps. Requests do not wait for it.
 */
@Injectable()
export class AuditSealing implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly store: AuditSealsStore,
    private readonly secrets: Secrets,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.sweeper.beforeSweeping((pass) => this.sealNew(pass));
  }

  private async sealNew(pass: SweepPass): Promise<void> {
    while (!pass.isOver()) {
      const from = performance.now();
      const events = await this.store.unsealed(batchSize);
      if (events.length === 0) return;
      if (!(await this.seal(events, pass.now))) return;
      await pass.breathe(performance.now() - from);
    }
  }

  /** @returns false if another replica was faster, as after a lease that ended too early, or a detail was erased meanwhile */
  private async seal(events: readonly AuditEvent[], now: number): Promise<boolean> {
    const former = await this.store.last();
    const number = (former?.number ?? 0) + 1;
    const sealed = events.map((event, index) => sealedMembers(event, number, index + 1));
    const hash = hashOfSeal(
      former?.hash ?? beginning,
      sealed.map(({ digest }) => digest),
    );
    const times = events.map(({ at }) => at);
    const seal = {
      id: newId(),
      number,
      events: events.length,
      firstAt: Math.min(...times),
      lastAt: Math.max(former?.lastAt ?? 0, ...times),
      hash,
      hashSealed: await this.secrets.seal('audit-seal', { number, hash }),
      createdAt: now,
    };
    try {
      await this.database.write((tx) => this.store.insert(tx, seal, sealed, events));
      return true;
    } catch (error) {
      if (error instanceof DuplicateError || error instanceof SealedMeanwhile) return false;
      throw error;
    }
  }
}

function sealedMembers(
  event: AuditEvent,
  seal: number,
  place: number,
): Pick<AuditEvent, 'id' | 'seal' | 'place' | 'salt' | 'detailDigest' | 'digest'> {
  const salt = newSalt();
  const detailDigest = digestOfDetail(salt, event.detail);
  const { ...said } = event;
  return {
    id: event.id,
    seal,
    place,
    salt,
    detailDigest,
    digest: digestOfEvent({ ...said, seal, place, detailDigest }),
  };
}
