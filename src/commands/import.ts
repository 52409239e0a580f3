import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { SettingError } from '../config/setting-error.js';
import { Apply } from '../provisioning/apply.js';
import type { PlannedItem } from '../provisioning/configured-kind.js';
import { usernameKey, UsersStore } from '../persistence/stores/users.store.js';
import type { Realm } from '../provisioning/keycloak/realm.js';
import { rolesOf } from '../resource/rights.js';
import type { LeftOut } from '../provisioning/keycloak/left-out.js';
import { readRealm } from '../provisioning/keycloak/realm-files.js';
import { translateRealm } from '../provisioning/keycloak/translation.js';
import { type JsonOption, printResult } from './output.js';
import { planText, toJson } from './plan-text.js';
import { withService } from './service.js';

interface ImportOptions extends JsonOption {
  readonly resource?: string;
  readonly dryRun?: boolean;
  readonly output?: string;
}

/** `eyrie import …` */
export function addImportCommands(program: Command): void {
  program
    .command('import')
    .description('take over the data of another service')
    .command('keycloak')
    .argument('<files...>', 'a realm that Keycloak has exported, with the files of its users')
    .description('import clients, roles, groups and users of a Keycloak realm, and list what is left out')
    .option(
      '--resource <identifier>',
      'the resource that its client scopes belong to, such as https://api.example.com',
    )
    .option('--dry-run', 'print what would change, and write nothing')
    .option(
      '--output <file>',
      'only write a configuration file for `eyrie plan` and `eyrie apply`; it holds secrets',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
What exists keeps its secrets and passwords; running it again changes nothing. At Keycloak:

  kc.sh export --realm example --users realm_file --file realm.json`,
    )
    .action(importKeycloak);
}

async function importKeycloak(files: string[], options: ImportOptions): Promise<void> {
  const realm = await readRealm(files);
  const { output } = options;
  if (output !== undefined) {
    const { text, leftOut } = translateRealm(realm, options);
    await writeNew(output, text);
    printResult(`wrote ${output}\n${leftOutText(leftOut)}`, { output, left_out: leftOut }, options);
    return;
  }
  await withService(async (service) => {
    const administrators = await administratorsAmong(realm, service.get(UsersStore));
    const { text, leftOut } = translateRealm(realm, options, (username) =>
      administrators.has(usernameKey(username)),
    );
    const inputs = [{ name: `${files[0]} (translated)`, text }];
    const apply = service.get(Apply);
    const plan = await apply.plan(inputs);
    if (!options.dryRun) await apply.apply(inputs);
    const sentence = options.dryRun ? planText(plan) : doneText(plan);
    printResult(
      `${sentence}\n${leftOutText(leftOut)}`,
      { applied: !options.dryRun, items: plan.map(toJson), left_out: leftOut },
      options,
    );
  });
}

/** The keys of usernames in the realm that administrators have here. A realm must not say where their mail goes. */
async function administratorsAmong({ users = [] }: Realm, store: UsersStore): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const { username = '' } of users) {
    const present = await store.findByUsername(username);
    if (present && rolesOf(present).length > 0) keys.add(present.usernameKey);
  }
  return keys;
}

/** The changes in the words of a plan that was carried out. */
const doneText = (plan: readonly PlannedItem[]): string =>
  planText(plan)
    .replace('Nothing would change.', 'Nothing has changed.')
    .replace(/^Would create (\d+), update (\d+), delete (\d+);/m, 'Created $1, updated $2, deleted $3;');

/** @throws SettingError if the file is there already, or cannot be written */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(
      code === 'EEXIST'
        ? `--output: ${file} is there already: name another file`
        : `--output: ${file} cannot be written (${code}): name another file`,
    );
  }
}

/** What is left out, for people. Control characters become spaces, so that a name cannot forge another line. */
const leftOutText = (leftOut: readonly LeftOut[]): string =>
  [
    '',
    'Left out:',
    ...leftOut.map(({ kind, name, reason }) => `  ${kind} ${name}: ${reason}`.replace(/\p{Cc}/gu, ' ')),
  ].join('\n');
