import { Argument, type Command } from 'commander';
import { commandsOf } from './command-tree.js';
import { print } from './output.js';

const shells = ['bash', 'zsh'] as const;
type Shell = (typeof shells)[number];

/** `eyrie completion` */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a script by which a shell completes commands and options')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .action((shell: Shell) => print(completionScript(program, shell)));
}

/** What may follow each command: its subcommands, options and the values of a fixed list. */
function wordsByPath(program: Command): [path: string, words: readonly string[]][] {
  return commandsOf(program).map(({ path, command }) => {
    const visible = command.options.filter(({ hidden }) => !hidden);
    const options = [...visible.flatMap(({ long }) => long ?? []), '--help'];
    const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
    return [path.join(' '), [...command.commands.map((child) => child.name()), ...choices, ...options]];
  });
}

/**
 * A script for the shell. The words that are not options lead from command to command, as far as there are commands; what may follow the
 * last one is offered, or else files.
 */
export function completionScript(program: Command, shell: Shell): string {
  const name = program.name();
  const cases = wordsByPath(program).map(([path, words]) => `    '${path}') echo '${words.join(' ')}' ;;`);
  const begin = shell === 'zsh' ? [`#compdef ${name}`, 'autoload -U +X bashcompinit && bashcompinit'] : [];
  return [
    ...begin,
    `# Completion of ${name}. Load it in your shell's start file: source <(${name} completion ${shell})`,
    `_${name}_words() {`,
    '  case "$1" in',
    ...cases,
    '    *) return 1 ;;',
    '  esac',
    '}',
    '',
    `_${name}_complete() {`,
    '  local place="" word next index',
    '  for ((index = 1; index < COMP_CWORD; index++)); do',
    '    word="${COMP_WORDS[index]}"',
    '    [[ "$word" == -* ]] && break',
    '    next="${place:+$place }$word"',
    `    _${name}_words "$next" >/dev/null || break`,
    '    place="$next"',
    '  done',
    `  COMPREPLY=($(compgen -W "$(_${name}_words "$place")" -- "\${COMP_WORDS[COMP_CWORD]}"))`,
    '}',
    '',
    `complete -o default -F _${name}_complete ${name}`,
  ].join('\n');
}
