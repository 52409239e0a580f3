import { Injectable } from '@nestjs/common';
import { Clock } from '../../../config/clock.js';
import { DirectorySyncStore, type SyncedIdentity } from '../../../persistence/stores/directory-sync.store.js';
import type { LoadedUpstream } from '../definition.js';
import { AccountEndings } from './account-endings.js';
import { DirectoryChanges } from './directory-changes.js';
import { LdapDirectory } from './ldap-directory.js';
import { PresentEntries } from './present-entries.js';
import { SyncJournal } from './sync-journal.js';
import { batchesOf } from './sync-batches.js';
import { markAfter, type SyncMark } from './sync-mark.js';
import type { SyncedChange, SyncReport, SyncScope } from './sync-report.js';
import { SyncedBelongings } from './synced-belongings.js';
import {
  implausibleGroupLoss,
  implausibleLoss,
  implausibleValueLoss,
  type Loss,
  maxMissedLooks,
  verdictOn,
  withoutValues,
} from './sync-verdict.js';

/** Changes that a report names; the counts have all. */
const maxNamedChanges = 1_000;

/** How a sync is run. */
export interface SyncOptions {
  /** Looks only, and writes nothing. */
  readonly isTrial?: boolean;
  /** Looks at those alone whose entries have changed since the last look, where the directory can tell. */
  readonly isDelta?: boolean;
  /** Believes the directory, however many accounts are lost. An entry that is gone counts at once. */
  readonly isForced?: boolean;
  /** Called after each batch. @returns false if the sync is to stop, which then changes nothing more */
  readonly onBatch?: (done: number, total: number) => Promise<boolean> | boolean;
}

/** A look, and where the next one that looks for changes goes on. */
interface Look {
  readonly report: SyncReport;
  readonly mark: SyncMark | undefined;
}

/** Looks at the entries of everybody who is linked to a directory, and has their accounts follow. */
@Injectable()
export class DirectorySync {
  constructor(
    private readonly store: DirectorySyncStore,
    private readonly directory: LdapDirectory,
    private readonly entries: PresentEntries,
    private readonly endings: AccountEndings,
    private readonly belongings: SyncedBelongings,
    private readonly changes: DirectoryChanges,
    private readonly journal: SyncJournal,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs one sync. What an entry says of itself counts at once. Lost entries count when everybody has been looked at, if they are not so
   * many that the directory is more likely to be wrong.
   * @throws UpstreamAwayError, BusyError if the directory does not answer
   */
  async run(upstream: LoadedUpstream, options: SyncOptions = {}): Promise<SyncReport> {
    try {
      const { report, mark } = await this.look(upstream, options);
      if (!report.dry_run) await this.journal.end(upstream, report, mark);
      return report;
    } catch (error) {
      if (options.isTrial !== true) await this.journal.fail(upstream, (error as Error).message);
      throw error;
    }
  }

  private async look(
    upstream: LoadedUpstream,
    { isTrial = false, isForced = false, isDelta = false, onBatch }: SyncOptions,
  ): Promise<Look> {
    const begunAt = this.clock.now();
    const before = isDelta ? await this.journal.markFor(upstream) : undefined;
    const changed = before && (await this.changes.since(upstream, before));
    const scope: SyncScope = changed ? 'changes' : 'all';
    const begun = changed || !this.journal.keepsMarks ? undefined : await this.changes.begin(upstream);
    const groups = changed ? undefined : await this.belongings.directory.readAll(upstream);
    const accounts = await this.store.count(upstream.id);
    const total = changed?.subjects.length ?? accounts;
    let lastChangedAt = 0;
    const advance = async (done: number): Promise<boolean> => {
      const among = Math.max(total, done);
      if (!isTrial) await this.journal.progress(upstream, { scope, begun_at: begunAt, done, total: among });
      return (await onBatch?.(done, among)) ?? true;
    };
    const made: SyncedChange[] = [];
    const lost: { readonly identity: SyncedIdentity; readonly reason: 'not_admitted' | 'gone' }[] = [];
    const leaving: Loss[] = [];
    let lookedUp = 0;
    let active = 0;
    let isWhole = true;
    if (!isTrial) await this.journal.progress(upstream, { scope, begun_at: begunAt, done: 0, total });
    for await (const { identities, done } of batchesOf(this.store, upstream.id, changed?.subjects)) {
      const found = await this.directory.findSubjects(
        upstream,
        identities.map(({ subject }) => subject),
      );
      const present: string[] = [];
      for (const identity of identities) {
        const person = found.get(identity.subject);
        const verdict = verdictOn(upstream, person);
        lastChangedAt = Math.max(lastChangedAt, person?.modifiedAt ?? 0);
        if (person && identity.missedLooks > 0 && verdict.kind !== 'lost') present.push(identity.id);
        const isOpen = identity.disabledAt === null;
        if (isOpen && verdict.kind !== 'ended') active += 1;
        if (verdict.kind === 'lost') {
          if (isOpen) lost.push({ identity, reason: verdict.reason });
        } else if (verdict.kind === 'ended') {
          if (isOpen) made.push(...(await this.endings.end(upstream, identity, verdict.reason, isTrial)));
        } else {
          const followed = await this.entries.follow(upstream, identity, verdict.person, { groups, isTrial });
          made.push(...followed.made);
          if (followed.leaving) leaving.push(followed.leaving);
        }
      }
      if (!isTrial) await this.store.forgetMissed(present);
      lookedUp += identities.length;
      isWhole = await advance(done);
      if (!isWhole) break;
    }
    const among = changed ? Math.max(accounts, active) : active;
    const stopped = isWhole
      ? isForced
        ? undefined
        : (implausibleLoss(lost.length, among) ?? implausibleGroupLoss(leaving, among))
      : 'it was ended before everybody was looked at';
    // Whoever is lost ends all the same: an attribute that is not shown says nothing of accounts.
    const keptValues = isForced ? undefined : implausibleValueLoss(leaving, among);
    if (stopped === undefined) {
      for (const { identity, reason } of lost)
        made.push(...(await this.lose(upstream, identity, reason, { isTrial, isForced })));
      for (const loss of leaving)
        made.push(
          ...(await this.belongings.leave(upstream, keptValues ? withoutValues(loss) : loss, isTrial)),
        );
    }
    const counted = (kind: SyncedChange['change']): number =>
      new Set(made.flatMap(({ change, username }) => (change === kind ? [username] : []))).size;
    const report: SyncReport = {
      upstream: upstream.alias,
      scope,
      dry_run: isTrial,
      looked_up: lookedUp,
      lost: lost.length,
      disabled: counted('disabled'),
      enabled: counted('enabled'),
      updated: counted('updated'),
      changes: made.slice(0, maxNamedChanges),
      stopped: stopped ?? keptValues ?? null,
    };
    const mark = changed?.mark ?? markAfter(begun, lastChangedAt, this.clock.now() - begunAt);
    return { report, mark };
  }

  private async lose(
    upstream: LoadedUpstream,
    identity: SyncedIdentity,
    reason: 'not_admitted' | 'gone',
    { isTrial, isForced }: { readonly isTrial: boolean; readonly isForced: boolean },
  ): Promise<SyncedChange[]> {
    const isGone = isForced || identity.missedLooks + 1 >= maxMissedLooks;
    if (!isTrial && !isGone) await this.store.countMissed(identity.id);
    return isGone ? this.endings.end(upstream, identity, reason, isTrial) : [];
  }
}
