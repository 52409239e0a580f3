import type { Command } from 'commander';
import {
  PutAssertionPolicyDto,
  toAssertionPolicyDto,
} from '../clients/assertion-policies/assertion-policies.dto.js';
import { AssertionPolicyRegistration } from '../clients/assertion-policies/assertion-policy-registration.js';
import { AssertionPoliciesStore } from '../persistence/stores/assertion-policies.store.js';
import { checked } from './input.js';
import { type JsonOption, printOne, printResult, printRows } from './output.js';
import { actor, withService } from './service.js';

interface PutOptions extends JsonOption {
  readonly client: string;
  readonly audience: string;
  readonly audienceClient?: string;
  readonly scope: string;
  readonly group?: string[];
  readonly everyone?: true;
  readonly resource?: string[];
  readonly includeEmail?: true;
}

/** `eyrie assertion-policy …` */
export function addAssertionPolicyCommands(program: Command): void {
  const policy = program
    .command('assertion-policy')
    .description('manage which clients are vouched for at the authorization servers of other companies');

  policy
    .command('put <name>')
    .description('register a policy, or replace it; every member can be set by a file: see `eyrie apply`')
    .requiredOption('--client <client_id>', 'the client here')
    .requiredOption('--audience <issuer>', 'issuer identifier of the other authorization server')
    .option('--audience-client <client_id>', 'the client there; the same client_id if omitted')
    .requiredOption('--scope <scopes>', 'scopes that an assertion may have')
    .option('--group <name...>', 'groups for whose members it holds')
    .option('--everyone', 'it holds for everyone')
    .option('--resource <identifier...>', 'resources that an assertion may name')
    .option('--include-email', 'assertions have the e-mail address')
    .option('--json', 'print JSON')
    .action(put);

  policy
    .command('list')
    .description('list assertion policies, oldest first')
    .option('--json', 'print JSON')
    .action(list);

  policy
    .command('show <name>')
    .description('show an assertion policy')
    .option('--json', 'print JSON')
    .action(show);

  policy
    .command('delete <name>')
    .description('delete an assertion policy')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) =>
      withService(async (service) => {
        await service.get(AssertionPolicyRegistration).delete(name, actor);
        printResult(`assertion policy ${name} is deleted`, { name, deleted: true }, options);
      }),
    );
}

async function put(name: string, options: PutOptions): Promise<void> {
  const { json, client, audience, audienceClient, scope, group, everyone, resource, includeEmail } = options;
  const members = {
    name,
    client_id: client,
    audience,
    audience_client_id: audienceClient,
    scope,
    groups: group,
    everyone,
    resources: resource,
    include_email: includeEmail,
  };
  const given = await checked(PutAssertionPolicyDto, members);
  await withService(async (service) => {
    await service.get(AssertionPolicyRegistration).put(given, actor);
  });
  await show(name, { json });
}

async function list(options: JsonOption): Promise<void> {
  await withService(async (service) => {
    const all = (await service.get(AssertionPoliciesStore).list()).map(toAssertionPolicyDto);
    const rows = all.map(({ name, enabled, client_id, audience, groups, everyone }) => ({
      name,
      enabled,
      client_id,
      audience,
      people: everyone ? 'everyone' : (groups ?? []).join(' '),
    }));
    printRows(rows, options);
  });
}

async function show(name: string, options: JsonOption): Promise<void> {
  await withService(async (service) => {
    const found = await service.get(AssertionPolicyRegistration).require(name);
    printOne(toAssertionPolicyDto(found), options);
  });
}
