import type { Command } from 'commander';
import { actionsOf } from './command-tree.js';
import { examples } from './examples.js';

/** What every command ends with, unless it has further codes. */
const usualExitCodes = '0 done, 1 refused or failed, 64 wrong usage';

/** Of commands whose exit code says what they found. */
const exitCodes: Readonly<Record<string, string>> = {
  serve: '0 ended by a signal, 1 it cannot start, 64 wrong usage',
  'migrate status': '0 nothing is pending, 1 it cannot look, 2 migrations are pending, 64 wrong usage',
  plan: '0 nothing would change, 1 the files cannot be applied, 2 something would change, 64 wrong usage',
  'user import': '0 all rows were imported, 1 refused or failed, 2 rows were refused, 64 wrong usage',
  'audit verify': '0 all is as it was sealed, 1 something is not, or it cannot look, 64 wrong usage',
  doctor: '0 nothing or notes alone, 1 it cannot look, 2 warnings, 3 errors, 64 wrong usage',
};

/** Adds examples and exit codes to the help of every command. */
export function addHelp(program: Command): void {
  program.addHelpText('after', `\nExit codes: ${usualExitCodes}. \`--help\` of a command has its own.`);
  for (const { path, command } of actionsOf(program)) {
    const name = path.join(' ');
    const lines = (examples[name] ?? []).map((line) => `  ${line}`);
    command.addHelpText(
      'after',
      ['', 'Examples:', ...lines, '', `Exit codes: ${exitCodes[name] ?? usualExitCodes}.`].join('\n'),
    );
  }
}
