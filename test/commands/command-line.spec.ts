import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { completionScript } from '../../src/commands/completion.js';
import { actionsOf, commandsOf } from '../../src/commands/command-tree.js';
import { examples } from '../../src/commands/examples.js';
import { createProgram } from '../../src/commands/program.js';

const program = createProgram();
const actions = actionsOf(program).map(({ path, command }) => [path.join(' '), command] as const);

/** The help of a command as it is printed. */
function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  return help;
}

/** The words of an example that follow `eyrie`, without redirections, comments and variables before it. */
const wordsOf = (example: string): string[] =>
  example
    .replace(/^.*?\beyrie (?=[a-z])/, '')
    .replace(/\s+#.*$|\s*[<>)].*$/, '')
    .match(/"[^"]*"|\S+"[^"]*"|\S+/g) ?? [];

describe('Every command', () => {
  it('that issue 12 lists is there', () => {
    const names = commandsOf(program).map(({ path }) => path.join(' '));
    expect(names).toEqual(
      expect.arrayContaining(
        'serve;migrate status;migrate up;plan;apply;export;import keycloak;client;user;group;resource;keys;grant revoke;session;audit verify;audit export;explain;mail test;secret rotate;doctor;db copy;completion'.split(
          ';',
        ),
      ),
    );
  });

  it.each(actions)('%s says what it does, and shows examples and exit codes', (name, command) => {
    const help = helpOf(command);
    expect(command.description()).not.toBe('');
    expect(help).toMatch(/^Examples:\n {2}\S/m);
    expect(help).toMatch(/^Exit codes: 0 .*, 1 .*, 64 wrong usage\.$/m);
    expect(examples[name]).toBeDefined();
  });

  it.each(actions.filter(([name]) => !['serve', 'completion'].includes(name)))(
    '%s prints JSON on request',
    (_name, command) => {
      expect(command.options.map(({ long }) => long)).toContain('--json');
    },
  );

  it('with examples is there', () => {
    expect(Object.keys(examples).toSorted()).toEqual(actions.map(([name]) => name).toSorted());
  });

  it.each(Object.entries(examples).flatMap(([name, lines]) => lines.map((line) => [line, name] as const)))(
    'is called as in %s',
    (example, name) => {
      const words = wordsOf(example);
      const path = name === 'migrate up' && words[1] !== 'up' ? ['migrate'] : name.split(' ');
      expect(words.slice(0, path.length)).toEqual(path);
      const command = actions.find(([candidate]) => candidate === name)?.[1];
      if (!command) throw new Error(`there is no command ${name}`);
      const parser = createProgram();
      for (const { command: each } of commandsOf(parser)) {
        each.exitOverride().configureOutput({ writeErr: () => undefined });
        each.action(() => undefined);
      }
      expect(() => parser.parse(words, { from: 'user' })).not.toThrow();
    },
  );
});

describe('Completion', () => {
  /** What a shell offers after these words, of which the last one is begun. */
  const offered = (shell: string, words: readonly string[]): string[] => {
    const script = completionScript(program, 'bash');
    const quoted = ['eyrie', ...words].map((word) => `'${word}'`).join(' ');
    const call = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _eyrie_complete; echo "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync(shell, ['-c', `${script}\n${call}`], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.trim().split(' ').filter(Boolean);
  };

  it.each<[words: string[], offered: string[]]>([
    [['cl'], ['client']],
    [
      ['client', 'd'],
      ['disable', 'delete'],
    ],
    [['client', 'create', '--re'], ['--redirect-uri']],
    [
      ['db', ''],
      ['copy', '--help'],
    ],
    [['completion', 'b'], ['bash']],
    [['grant', 'revoke', 'an-id', '--cl'], ['--client']],
    [['nothing', 'cl'], ['client']],
  ])('of %j in bash offers %j', (words, expected) => {
    expect(offered('bash', words)).toEqual(expected);
  });

  it('offers no option that help hides', () => {
    expect(offered('bash', ['grant', 'list', '--'])).not.toContain('--dead');
  });

  it('in zsh begins with what zsh looks for, and is the same beside that', () => {
    const [first, second, ...others] = completionScript(program, 'zsh').split('\n');
    expect([first, second]).toEqual(['#compdef eyrie', 'autoload -U +X bashcompinit && bashcompinit']);
    expect(others.join('\n')).toBe(
      completionScript(program, 'bash').replace('completion bash', 'completion zsh'),
    );
  });
});
