import type { Command } from 'commander';
import { DirectorySync } from '../sign-in/upstream/ldap/directory-sync.js';
import type { SyncReport } from '../sign-in/upstream/ldap/sync-report.js';
import { Upstreams } from '../sign-in/upstream/upstreams.js';
import { print, printRows } from './output.js';
import { ProgressBar } from './progress-bar.js';
import { withService } from './service.js';

interface SyncCommandOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
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
    .option('--json', 'print JSON')
    .action((alias: string, { dryRun = false, force = false, json = false }: SyncCommandOptions) =>
      withService(async (service) => {
        const bar = new ProgressBar(process.stderr);
        const upstream = await service.get(Upstreams).requireDirectory(alias);
        const report = await service.get(DirectorySync).run(upstream, {
          isTrial: dryRun,
          isForced: force,
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
}

function show({ changes, looked_up, lost, disabled, enabled, updated, stopped, dry_run }: SyncReport): void {
  if (changes.length > 0)
    printRows(
      changes.map(({ username, change, reason }) => ({ username, change, reason: reason ?? '' })),
      {},
    );
  print(
    `${dry_run ? 'Nothing was changed. ' : ''}${looked_up} looked up: ${lost} lost, ${disabled} disabled, ${enabled} enabled, ${updated} updated.`,
  );
  if (stopped !== null) print(stopped);
}
