import type { Command } from 'commander';
import { databaseUrl, type DatabaseSetting } from '../config/database-url.js';
import { SettingError } from '../config/setting-error.js';
import { environmentValue } from '../config/settings.js';
import { copyDatabase } from '../persistence/copy/copy-database.js';
import { type JsonOption, print, printRows } from './output.js';
import { ProgressBar } from './progress-bar.js';

/** `eyrie db …` */
export function addDatabaseCommands(program: Command): void {
  program
    .command('db')
    .description('move data between databases')
    .command('copy')
    .argument('<source>', 'URL of a database, or the environment variable that holds it')
    .argument('<target>', 'the same, of an empty database')
    .description(
      'copy everything into an empty database: SQLite, MySQL or MariaDB, and PostgreSQL, in any direction; if interrupted, run it again',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Stop the servers first: what they write meanwhile is not copied. No server starts on the target before count and checksum of every table
have been compared. The servers on the target need the same EYRIE_SECRET.`,
    )
    .action(copy);
}

async function copy(source: string, target: string, options: JsonOption): Promise<void> {
  const bar = new ProgressBar(process.stderr);
  try {
    const copies = await copyDatabase(
      databaseOf(source, 'SOURCE'),
      databaseOf(target, 'TARGET'),
      (done, total, table) => bar.draw(done, total, table),
    );
    bar.clear();
    printRows(
      copies.map((table) => ({ ...table })),
      options,
    );
    if (!options.json) print('\nEvery table of the target has the rows of the source.');
  } finally {
    bar.clear();
  }
}

/** @throws SettingError */
function databaseOf(argument: string, name: string): DatabaseSetting {
  if (!/^\w+$/.test(argument)) return databaseUrl(argument, name);
  const value = environmentValue(argument);
  if (value !== undefined) return databaseUrl(value, argument);
  throw new SettingError(`${name} is ${argument}, which is not set: set that variable, or use a URL`);
}
