import type { Command } from 'commander';
import { processSettings, settingDescriptions } from '../config/settings.js';
import { endGently } from '../persistence/end-gently.js';
import { migrateDatabase } from '../persistence/migrate.js';
import { Apply } from '../provisioning/apply.js';
import { type JsonOption, print, printResult, printRows } from './output.js';
import { settingsDocument } from './settings-document.js';
import { withService } from './service.js';

/** `eyrie apply`, `eyrie migrate`, `eyrie settings` */
export function addConfigurationCommands(program: Command): void {
  program
    .command('apply <file>')
    .description(
      'create and update the resources, clients, roles, groups and users that a YAML file names; leave the rest unchanged',
    )
    .option('--check', 'check the file without writing anything')
    .option('--json', 'print JSON')
    .action((file: string, options: { check?: boolean; json?: boolean }) =>
      withService(async (service) => {
        const apply = service.get(Apply);
        if (!options.check)
          return printRows(
            [...(await apply.apply(file))].map((item) => ({ ...item })),
            options,
          );
        await apply.check(file);
        printResult(`${file} can be applied`, { file, applicable: true }, options);
      }),
    );

  program
    .command('migrate')
    .description('update the database to the schema of this version')
    .option('--json', 'print JSON')
    .action(runMigrations);

  program
    .command('settings')
    .description('list every setting with its default and meaning')
    .option('--json', 'print JSON')
    .option('--markdown', 'print docs/settings.md')
    .action((options: { json?: boolean; markdown?: boolean }) =>
      options.markdown ? print(settingsDocument()) : printRows([...settingDescriptions], options),
    );
}

async function runMigrations(options: JsonOption): Promise<void> {
  const ran = await endGently((stopping) => migrateDatabase(processSettings().database, { stopping }));
  printResult(ran.length > 0 ? `ran ${ran.join(', ')}` : 'nothing to do', { ran }, options);
}
