import { open, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { BadRequestException, type INestApplicationContext } from '@nestjs/common';
import { type Command, Option } from 'commander';
import { type FileFormat, fileFormats, type Job } from '../persistence/entities/job.entity.js';
import { JobFilesStore } from '../persistence/stores/job-files.store.js';
import { JobsStore } from '../persistence/stores/jobs.store.js';
import { adminScope, withIncluded } from '../resource/rights.js';
import { JobIntake, type Starter } from '../users/transfer/job-intake.js';
import { JobRunner } from '../users/transfer/job-runner.js';
import { toJobDto, toRowErrorDto } from '../users/transfer/jobs.dto.js';
import { type JsonOption, print, printResult, printRows } from './output.js';
import { ProgressBar } from './progress-bar.js';
import { actor, withService } from './service.js';

/** The exit code of an import that refused rows. */
const refusedExitCode = 2;

/** Errors that are printed. */
const shownErrors = 20;

/** A command does the work itself. If it is interrupted, a server goes on with it after this time. */
const starter: Starter = { actor, scopes: withIncluded([adminScope.write]), delaySeconds: 600 };

interface ImportOptions extends JsonOption {
  readonly format?: FileFormat;
  readonly upsert?: boolean;
  readonly dryRun?: boolean;
}

interface ExportOptions extends JsonOption {
  readonly format: FileFormat;
  readonly hashes?: boolean;
  readonly output?: string;
}

/** `eyrie user import` and `eyrie user export` */
export function addUserFileCommands(user: Command): void {
  user
    .command('import')
    .argument('<file>', 'CSV whose first line names the columns, or JSON lines; - reads standard input')
    .description('create users from a file; those who exist are skipped, unless --upsert changes them')
    .addOption(
      new Option('--format <format>', 'by default, what the name of the file says').choices(fileFormats),
    )
    .option('--upsert', 'change the members that a row has of users who exist; their passwords stay')
    .option('--dry-run', 'print what would happen, and keep nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Columns are the members of a user in the admin API, with password_hash (argon2, bcrypt, PBKDF2 or scrypt), disabled, groups and roles. A row
that is refused keeps no other from being imported. If the command is interrupted, a running server finishes the import ten minutes after
its start.`,
    )
    .action(importFile);

  user
    .command('export')
    .description('print all users in the form that `eyrie user import` reads')
    .addOption(new Option('--format <format>', 'form of the file').choices(fileFormats).default('csv'))
    .option('--hashes', 'with the hashes of passwords, to be guarded like the database')
    .option('--output <file>', 'write a new file, readable for its owner alone')
    .option('--json', 'print JSON lines, as with --format jsonl')
    .action(exportFile);
}

async function importFile(file: string, options: ImportOptions): Promise<void> {
  const format = options.format ?? formatOf(file);
  const source = file === '-' ? process.stdin : await readingOf(file);
  await withService(async (service) => {
    const mode = options.upsert ? 'upsert' : 'create';
    const dryRun = options.dryRun ?? false;
    const id = await service
      .get(JobIntake)
      .import(source as AsyncIterable<Buffer>, { format, mode, dryRun }, starter);
    const job = await finished(service, id);
    const errors = (await service.get(JobFilesStore).errors(id, shownErrors)).map(toRowErrorDto);
    const { created, updated, skipped, refused } = job;
    printResult(
      `${dryRun ? 'Would create' : 'Created'} ${created}, update${dryRun ? '' : 'd'} ${updated}; ${skipped} unchanged, ${refused} refused.`,
      Object.assign(toJobDto(job), { errors }),
      options,
    );
    if (errors.length > 0 && !options.json) {
      print('');
      printRows(
        errors.map((error) => ({ ...error })),
        {},
      );
    }
    if (refused > 0) process.exitCode = refusedExitCode;
  });
}

async function exportFile({ json, hashes = false, output, ...options }: ExportOptions): Promise<void> {
  const format = json ? 'jsonl' : options.format;
  await withService(async (service) => {
    const id = await service.get(JobIntake).export({ format, hashes }, starter);
    await finished(service, id);
    const text = service.get(JobFilesStore).text(id);
    if (output === undefined) for await (const part of text) process.stdout.write(part);
    else await writeFile(output, text, { mode: 0o600, flag: 'wx' });
  });
}

/**
 * Does the work of a job, and draws how far it is.
 * @throws BadRequestException if it failed
 */
async function finished(service: INestApplicationContext, id: string): Promise<Job> {
  const bar = new ProgressBar(process.stderr);
  const runner = service.get(JobRunner);
  try {
    for (let job = await runner.step(id); job; job = await runner.step(id))
      bar.draw(job.done, job.total, 'users');
  } finally {
    bar.clear();
  }
  const job = await service.get(JobsStore).find(id);
  if (!job || job.state !== 'succeeded')
    throw new BadRequestException(job?.problem ?? 'the job was cancelled');
  return job;
}

/** @throws BadRequestException if the file cannot be read */
async function readingOf(file: string): Promise<AsyncIterable<unknown>> {
  try {
    return (await open(file)).createReadStream();
  } catch (error) {
    throw new BadRequestException(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** @throws BadRequestException if the name does not say */
function formatOf(file: string): FileFormat {
  const extension = extname(file).toLowerCase();
  if (extension === '.csv') return 'csv';
  if (['.jsonl', '.ndjson'].includes(extension)) return 'jsonl';
  throw new BadRequestException(`the name ${file} ends in neither .csv nor .jsonl: say --format`);
}
