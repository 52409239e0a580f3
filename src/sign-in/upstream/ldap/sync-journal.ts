import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../../audit/changes.js';
import { Clock } from '../../../config/clock.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { DirectorySyncStore } from '../../../persistence/stores/directory-sync.store.js';
import type { LoadedUpstream } from '../definition.js';
import { isToldByEntries, markOf, type SyncMark } from './sync-mark.js';
import type { SyncProgress, SyncReport } from './sync-report.js';

/** Notes how looks at a directory begin, go on and end, for the next one and for those who watch. */
@Injectable()
export class SyncJournal {
  constructor(
    private readonly store: DirectorySyncStore,
    private readonly changes: Changes,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'directoryFullSyncInterval'>,
  ) {}

  /** Whether looks go on from those before. */
  get keepsMarks(): boolean {
    return this.settings.directoryFullSyncInterval > 0;
  }

  /** Where a look at what has changed goes on; undefined if everybody is to be looked at. */
  async markFor(upstream: LoadedUpstream): Promise<SyncMark | undefined> {
    const state = await this.store.stateOf(upstream.id);
    if (!state || state.syncProblem !== null || !isToldByEntries(upstream)) return undefined;
    return markOf(state.syncMark, upstream);
  }

  /** Whether a look at what has changed is enough: the last one at everybody is not long ago. */
  async isDeltaDue({ id }: LoadedUpstream): Promise<boolean> {
    if (!this.keepsMarks) return false;
    const state = await this.store.stateOf(id);
    return (state?.fullySyncedAt ?? 0) + this.settings.directoryFullSyncInterval > this.clock.now();
  }

  async progress({ id }: LoadedUpstream, running: SyncProgress): Promise<void> {
    await this.store.noteProgress(id, JSON.stringify(running));
  }

  /** Notes the end of a look that was one. */
  async end(
    { id, alias }: LoadedUpstream,
    { scope, stopped }: Pick<SyncReport, 'scope' | 'stopped'>,
    mark: SyncMark | undefined,
  ): Promise<void> {
    if (stopped !== null) return this.fail({ id, alias }, stopped);
    const now = this.clock.now();
    await this.store.note(id, {
      syncedAt: now,
      syncProblem: null,
      ...(scope === 'all' && { fullySyncedAt: now }),
      syncMark: mark === undefined || !this.keepsMarks ? null : JSON.stringify(mark),
    });
  }

  /** Notes that a look came to nothing; the audit trail has the first of several in a row. */
  async fail({ id, alias }: Pick<LoadedUpstream, 'id' | 'alias'>, problem: string): Promise<void> {
    const before = (await this.store.stateOf(id))?.syncProblem ?? null;
    await this.store.note(id, { syncProblem: problem.slice(0, 500) });
    if (before !== null) return;
    await this.changes.note({
      event: 'directory.sync_failed',
      actor: `upstream:${alias}`,
      detail: { upstream: alias, reason: problem.slice(0, 500) },
    });
  }
}
