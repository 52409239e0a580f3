import { type Command, InvalidArgumentError, Option } from 'commander';
import { settingDescriptions } from '../config/settings.js';
import { Apply, type ApplyOptions } from '../provisioning/apply.js';
import { type Section, sections } from '../provisioning/sections.js';
import { type JsonOption, print, printResult, printRows } from './output.js';
import { exportText, isChange, planText, toJson } from './plan-text.js';
import { settingsDocument } from './settings-document.js';
import { withService } from './service.js';

/** The exit code of a plan that would change something. */
const driftExitCode = 2;

/** `eyrie apply`, `eyrie plan`, `eyrie export`, `eyrie settings` */
export function addConfigurationCommands(program: Command): void {
  program
    .command('apply')
    .argument('<paths...>', 'YAML files, and folders of them')
    .description('create and update what YAML files name; leave the rest unchanged')
    .addOption(pruneOption())
    .option('--check', 'check the files without writing anything')
    .option('--json', 'print JSON')
    .action((paths: string[], options: ApplyOptions & JsonOption & { check?: boolean }) =>
      withService(async (service) => {
        const apply = service.get(Apply);
        if (!options.check)
          return printRows(
            (await apply.apply(paths, options)).map((item) => ({ ...item })),
            options,
          );
        await apply.check(paths, options);
        printResult(`${paths.join(' ')} can be applied`, { files: paths, applicable: true }, options);
      }),
    );

  program
    .command('plan')
    .argument('<paths...>', 'YAML files, and folders of them')
    .description('print what `eyrie apply` would change; write nothing')
    .addOption(pruneOption())
    .option('--json', 'print JSON')
    .action((paths: string[], options: ApplyOptions & JsonOption) =>
      withService(async (service) => {
        const items = await service.get(Apply).plan(paths, options);
        print(options.json ? JSON.stringify(items.map(toJson), null, 2) : planText(items));
        if (items.some(isChange)) process.exitCode = driftExitCode;
      }),
    );

  program
    .command('export')
    .description(
      'print everything that files can declare as a YAML file, whose plan changes nothing; without secrets',
    )
    .addOption(
      new Option('--sections <names>', 'separated by commas').argParser(readSections).default(sections),
    )
    .option('--json', 'print JSON')
    .action((options: JsonOption & { sections: Section[] }) =>
      withService(async (service) => {
        const exported = await service.get(Apply).export(options.sections);
        print(options.json ? JSON.stringify(exported, null, 2) : exportText(exported));
      }),
    );

  program
    .command('settings')
    .description('list every setting with its default and meaning')
    .option('--json', 'print JSON')
    .option('--markdown', 'print docs/settings.md')
    .action((options: { json?: boolean; markdown?: boolean }) =>
      options.markdown ? print(settingsDocument()) : printRows([...settingDescriptions], options),
    );
}

const pruneOption = (): Option =>
  new Option(
    '--prune <sections>',
    `delete what the files do not name, in these sections: ${sections.join(', ')}; separated by commas`,
  ).argParser(readSections);

function readSections(value: string): Section[] {
  const names = value.split(',');
  const unknown = names.find((name) => !sections.includes(name as Section));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`"${unknown}" is not a section: use ${sections.join(', ')}.`);
  return names as Section[];
}
