import type { Command } from 'commander';
import { DirectorySync } from '../sign-in/upstream/ldap/directory-sync.js';
import { type SyncReport, syncStatusOf } from '../sign-in/upstream/ldap/sync-report.js';
import { UpstreamRegistration } from '../sign-in/upstream/upstream-registration.js';
import { Upstreams } from '../sign-in/upstream/upstreams.js';
import { type JsonOption, print, printOne, printRows, time } from './output.js';
import { ProgressBar } from './progress-bar.js';
import { withService } from './service.js';

interface SyncCommandOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly changes?: boolean;
  readonly json?: boolean;
}

/** `eyrie directory …` */
export function addDirectoryCommands(program: Command): void {
  const directory = program
    .command('directory')
    .description('have accounts follow the entries of an LDAP directory');

  directory
    .command('sync <alias>')
    .description(
      'look at the entries of all people who are linked to the directory: disable who is disabled or gone there, update what it owns',
    )
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--force', 'believe the directory, however many accounts are gone at once')
    .option(
      '--changes',
      'look at those alone whose entries have changed since the last sync, if that can be told',
    )
    .option('--json', 'print JSON')
    .action(
      (alias: string, { dryRun = false, force = false, changes = false, json = false }: SyncCommandOptions) =>
        withService(async (service) => {
          const bar = new ProgressBar(process.stderr);
          const upstream = await service.get(Upstreams).requireDirectory(alias);
          const report = await service.get(DirectorySync).run(upstream, {
            isTrial: dryRun,
            isForced: force,
            isDelta: changes,
            onBatch: (done, total) => {
              bar.draw(done, total, 'accounts');
              return true;
            },
          });
          bar.clear();
          if (json) print(JSON.stringify(report, null, 2));
          else show(report);
          if (report.stopped !== null) process.exitCode = 2;
        }),
    );

  directory
    .command('status <alias>')
    .description('show when the people of a directory were last looked at, and how far a sync has come')
    .option('--json', 'print JSON')
    .action((alias: string, { json }: JsonOption) =>
      withService(async (service) => {
        const status = syncStatusOf(await service.get(UpstreamRegistration).require(alias));
        if (json) return printOne(status, { json });
        const { running } = status;
        printOne(
          {
            synced: time(status.synced_at) ?? 'never',
            'all looked at': time(status.fully_synced_at) ?? 'never',
            problem: status.problem ?? 'none',
            'under way':
              running === null
                ? 'nothing'
                : `${running.done} of ${running.total} ${running.scope === 'all' ? 'accounts' : 'changed entries'}, since ${time(running.begun_at)}`,
          },
          {},
        );
      }),
    );
}

function show({
  changes,
  scope,
  looked_up,
  lost,
  disabled,
  enabled,
  updated,
  stopped,
  dry_run,
}: SyncReport): void {
  if (changes.length > 0)
    printRows(
      changes.map(({ username, change, reason }) => ({ username, change, reason: reason ?? '' })),
      {},
    );
  print(
    `${dry_run ? 'Nothing was changed. ' : ''}${looked_up} looked up${scope === 'changes' ? ', whose entries have changed' : ''}: ${lost} lost, ${disabled} disabled, ${enabled} enabled, ${updated} updated.`,
  );
  if (stopped !== null) print(stopped);
}
