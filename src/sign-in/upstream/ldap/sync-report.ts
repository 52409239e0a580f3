import type { Upstream } from '../../../persistence/entities/upstream.entity.js';
import type { EndReason } from './sync-verdict.js';

/** Somebody whose account changes. */
export interface SyncedChange {
  readonly username: string;
  readonly change: 'disabled' | 'enabled' | 'updated' | 'kept';
  readonly reason?: EndReason | 'last_administrator' | undefined;
}

/** Whether everybody is looked at, or those alone whose entries have changed since the last look. */
export type SyncScope = 'all' | 'changes';

/** What a sync has done, or would do. */
export interface SyncReport {
  readonly upstream: string;
  readonly scope: SyncScope;
  readonly dry_run: boolean;
  /** How many linked accounts were looked for. */
  readonly looked_up: number;
  /** How many of them were not found, or are no longer admitted. */
  readonly lost: number;
  readonly disabled: number;
  readonly enabled: number;
  readonly updated: number;
  /** The first of these changes. */
  readonly changes: readonly SyncedChange[];
  /** Why lost accounts were left alone; null if they were not. */
  readonly stopped: string | null;
}

/** How far a sync has come. */
export interface SyncProgress {
  readonly scope: SyncScope;
  /** Seconds since the epoch. */
  readonly begun_at: number;
  /** Of `total`: accounts, or entries that have changed. */
  readonly done: number;
  readonly total: number;
}

/** How the syncs of a directory do. Times are in seconds since the epoch. */
export interface SyncStatus {
  readonly synced_at: number | null;
  readonly fully_synced_at: number | null;
  /** Why the last one came to nothing. */
  readonly problem: string | null;
  /** The one that is under way. */
  readonly running: SyncProgress | null;
}

/** How the syncs of a directory do, as it is noted. */
export const syncStatusOf = ({
  syncedAt,
  fullySyncedAt,
  syncProblem,
  syncProgress,
}: Pick<Upstream, 'syncedAt' | 'fullySyncedAt' | 'syncProblem' | 'syncProgress'>): SyncStatus => ({
  synced_at: syncedAt,
  fully_synced_at: fullySyncedAt,
  problem: syncProblem,
  running: syncProgress === null ? null : (JSON.parse(syncProgress) as SyncProgress),
});
