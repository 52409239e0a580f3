import type { EndReason } from './sync-verdict.js';

/** Somebody whose account changes. */
export interface SyncedChange {
  readonly username: string;
  readonly change: 'disabled' | 'enabled' | 'updated' | 'kept';
  readonly reason?: EndReason | 'last_administrator' | undefined;
}

/** What a sync has done, or would do. */
export interface SyncReport {
  readonly upstream: string;
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
