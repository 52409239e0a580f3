import type { Command } from 'commander';
import { processSettings } from '../config/settings.js';
import { endGently } from '../persistence/end-gently.js';
import { migrateDatabase, migrationStates } from '../persistence/migrate.js';
import { type JsonOption, printResult, printRows } from './output.js';

/** The exit code if migrations are pending. */
const pendingExitCode = 2;

/** `eyrie migrate …` */
export function addMigrateCommands(program: Command): void {
  const migrate = program
    .command('migrate')
    .description('update the database to the schema of this version, or look how far it is');

  migrate
    .command('up', { isDefault: true })
    .description('run the pending migrations')
    .option('--json', 'print JSON')
    .action(up);

  migrate
    .command('status')
    .description('list the migrations of this version, and which are pending; write nothing')
    .option('--json', 'print JSON')
    .action(status);
}

async function up(options: JsonOption): Promise<void> {
  const ran = await endGently((stopping) => migrateDatabase(processSettings().database, { stopping }));
  printResult(ran.length > 0 ? `ran ${ran.join(', ')}` : 'nothing to do', { ran }, options);
}

async function status(options: JsonOption): Promise<void> {
  const states = await migrationStates(processSettings().database);
  printRows(
    states.map(({ name, isPending }) => ({ migration: name, state: isPending ? 'pending' : 'ran' })),
    options,
  );
  if (states.some(({ isPending }) => isPending)) process.exitCode = pendingExitCode;
}
