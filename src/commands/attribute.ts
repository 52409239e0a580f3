import { BadRequestException } from '@nestjs/common';
import { type Command, Option } from 'commander';
import { AttributeDefinitions } from '../directory/attributes/attribute-definitions.js';
import { PutAttributeDto, toAttributeDto } from '../directory/attributes/attributes.dto.js';
import { UserAttributes } from '../directory/attributes/user-attributes.js';
import { AttributesStore } from '../persistence/stores/attributes.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { attributeTypes, attributeValueOf, ownerAccesses } from '../protocol/attributes.js';
import { DirectoryOwnership } from '../users/directory-ownership.js';
import { checked } from './input.js';
import { type JsonOption, printOne, printResult, printRows } from './output.js';
import { actor, findUser, withService } from './service.js';

interface PutOptions extends JsonOption {
  readonly type: string;
  readonly label?: string;
  readonly description?: string;
  readonly labelIn?: string[];
  readonly descriptionIn?: string[];
  readonly value?: string[];
  readonly owner?: string;
}

/** `eyrie attribute …` */
export function addAttributeCommands(program: Command): void {
  const attribute = program
    .command('attribute')
    .description('manage members that users have beside the standard ones');

  attribute
    .command('put <name>')
    .description('define an attribute of users, or change its definition')
    .addOption(new Option('--type <type>', 'what its values are').choices(attributeTypes).default('text'))
    .option('--label <text>', 'what people see; the name if omitted')
    .option('--description <text>', 'what it is for')
    .option('--label-in <tag=text...>', 'the label in other languages, such as de=Abteilung')
    .option('--description-in <tag=text...>', 'the description in other languages')
    .option('--value <value...>', 'the only values that there are')
    .addOption(
      new Option('--owner <access>', 'what people may do with their own value').choices(ownerAccesses),
    )
    .option('--json', 'print JSON')
    .action(put);

  attribute
    .command('list')
    .description('list attributes, oldest first')
    .option('--json', 'print JSON')
    .action((options: JsonOption) =>
      withService(async (service) => {
        const all = (await service.get(AttributesStore).all()).map(toAttributeDto);
        printRows(
          all.map(({ name, type, label, owner_access, values }) => ({
            name,
            type,
            label,
            owner: owner_access ?? '',
            values: values?.join(', ') ?? '',
          })),
          options,
        );
      }),
    );

  attribute
    .command('delete <name>')
    .description('delete an attribute with the values of all users')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) =>
      withService(async (service) => {
        await service.get(AttributeDefinitions).delete(name, actor);
        printResult(`attribute ${name} is deleted`, { name, deleted: true }, options);
      }),
    );

  attribute
    .command('show <username>')
    .description('show the attributes of a user')
    .option('--json', 'print JSON')
    .action((username: string, options: JsonOption) =>
      withService(async (service) => {
        const { id } = await findUser(service, username);
        printOne(await service.get(UserAttributes).of(id), options);
      }),
    );

  attribute
    .command('set <username> <name=value...>')
    .description('set attributes of a user; an empty value removes one, several lines are several texts')
    .option('--json', 'print JSON')
    .action(set);
}

async function put(
  name: string,
  { json, label, labelIn, descriptionIn, value, owner, ...members }: PutOptions,
): Promise<void> {
  await withService(async (service) => {
    const given = await checked(PutAttributeDto, {
      name,
      label: label ?? name,
      ...members,
      ...(labelIn === undefined ? {} : { labels: wordsIn(labelIn) }),
      ...(descriptionIn === undefined ? {} : { descriptions: wordsIn(descriptionIn) }),
      ...(value === undefined ? {} : { values: value }),
      ...(owner === undefined ? {} : { owner_access: owner }),
    });
    const definitions = service.get(AttributeDefinitions);
    await definitions.put(given, actor);
    printOne(toAttributeDto(await definitions.require(name)), { json });
  });
}

/** @throws BadRequestException */
const wordsIn = (assignments: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    assignments.map((assignment) => {
      const [, tag = '', text = ''] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
      if (tag === '') throw new BadRequestException(`${assignment} must have the form tag=text`);
      return [tag, text];
    }),
  );

async function set(username: string, assignments: readonly string[], { json }: JsonOption): Promise<void> {
  await withService(async (service) => {
    const { id } = await findUser(service, username);
    const definitions = await service.get(AttributesStore).all();
    const given = assignments.map((assignment) => {
      const at = assignment.indexOf('=');
      if (at < 1) throw new BadRequestException(`${assignment} must have the form name=value`);
      const [name, text] = [assignment.slice(0, at), assignment.slice(at + 1)];
      const type = definitions.find((one) => one.name === name)?.type ?? 'text';
      return [name, attributeValueOf(type, text) ?? null];
    });
    const attributes = service.get(UserAttributes);
    const changes = Object.fromEntries(given) as Record<string, unknown>;
    const ownership = service.get(DirectoryOwnership);
    const check = (tx: Transaction): Promise<void> => ownership.requireOwnAttributes(id, changes, tx);
    await attributes.change(id, changes, actor, { check });
    printOne(await attributes.of(id), { json });
  });
}
