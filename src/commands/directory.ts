import { NotFoundException } from '@nestjs/common';
import type { Command } from 'commander';
import {
  DirectorySync,
  type SyncedPerson,
  type SyncReport,
} from '../sign-in/upstream/ldap/directory-sync.js';
import { Upstreams } from '../sign-in/upstream/upstreams.js';
import { type JsonOption, print } from './output.js';
import { ProgressBar } from './progress-bar.js';
import { withService } from './service.js';

interface SyncCommandOptions extends JsonOption {
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** `eyrie directory …` */
export function addDirectoryCommands(program: Command): void {
  program
    .command('directory')
    .description('look at the LDAP directories that people come from')
    .command('sync [alias]')
    .description(
      'end the access of people who are disabled in their directory, or gone; a running server does it by itself',
    )
    .option('--dry-run', 'show what would happen, and change nothing')
    .option('--force', 'also if more people than usual have vanished')
    .option('--json', 'print JSON')
    .action(sync);
}

async function sync(alias: string | undefined, { dryRun, force, json }: SyncCommandOptions): Promise<void> {
  await withService(async (service) => {
    const directories = await service.get(Upstreams).directories();
    const chosen = directories.filter((one) => alias === undefined || one.alias === alias);
    if (alias !== undefined && chosen.length === 0)
      throw new NotFoundException(`there is no enabled directory ${alias}`);
    const bar = new ProgressBar(process.stderr);
    const reports: SyncReport[] = [];
    for (const upstream of chosen)
      reports.push(
        await service.get(DirectorySync).sync(upstream, {
          isDryRun: dryRun === true,
          isForced: force === true,
          onProgress: (checked, total) => bar.draw(checked, total, upstream.alias),
        }),
      );
    bar.clear();
    print(json ? JSON.stringify(reports.map(toJson), null, 2) : reports.map(toText).join('\n'));
  });
}

const toJson = ({ heldBack, ended, returned, ...report }: SyncReport): object => ({
  ...report,
  ended: ended.map(personToJson),
  returned: returned.map(personToJson),
  held_back: heldBack,
});

const personToJson = ({ userId, ...person }: SyncedPerson): object => ({ user_id: userId, ...person });

function toText({ alias, checked, ended, returned, missing, updated, heldBack }: SyncReport): string {
  return [
    `${alias}: ${checked} people, access of ${ended.length} ended, ${returned.length} returned, ${missing} not found for the first time, ${updated} profiles changed`,
    ...ended.map(({ userId, subject, reason }) => `  ended     ${userId}  ${subject}  ${reason}`),
    ...returned.map(({ userId, subject }) => `  returned  ${userId}  ${subject}`),
    ...(heldBack === 0
      ? []
      : [
          `  ${heldBack} people are not shown by the directory, more than usual: if that is right, use --force`,
        ]),
  ].join('\n');
}
