import { type INestApplicationContext, NotFoundException } from '@nestjs/common';
import type { Command } from 'commander';
import { GroupMembers } from '../directory/group-members.js';
import { Groups } from '../directory/groups.js';
import { CreateGroupDto, toGroupDto, UpdateGroupDto } from '../directory/groups.dto.js';
import type { Group } from '../persistence/entities/group.entity.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { checked, everyPage } from './input.js';
import { type JsonOption, printOne, printResult, printRows, time } from './output.js';
import { actor, findUser, withService } from './service.js';

interface GroupOptions extends JsonOption {
  readonly name?: string;
  readonly description?: string;
  /** The name of the group above it. */
  readonly parent?: string;
  readonly top?: boolean;
}

/** `eyrie group …` */
export function addGroupCommands(program: Command): void {
  const group = program.command('group').description('manage groups and their members');

  group
    .command('create <name>')
    .description('create a group')
    .option('--description <text>', 'what the group is')
    .option('--parent <name>', 'the group above it')
    .option('--json', 'print JSON')
    .action(create);

  group
    .command('list')
    .description('list groups, oldest first')
    .option('--json', 'print JSON')
    .action((options: JsonOption) => withService((service) => list(service, options)));

  group
    .command('show <name>')
    .description('show a group')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) =>
      withService(async (service) => printOne(toGroupDto(await findGroup(service, name)), options)),
    );

  group
    .command('update <name>')
    .description('change a group; what is not named stays unchanged')
    .option('--name <name>', 'another name')
    .option('--description <text>', 'another description')
    .option('--parent <name>', 'move it below this group')
    .option('--top', 'move it below no group')
    .option('--json', 'print JSON')
    .action(update);

  group
    .command('delete <name>')
    .description('delete a group; its members stay')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) =>
      withService(async (service) => {
        await service.get(Groups).delete((await findGroup(service, name)).id, actor);
        printResult(`${name} is deleted`, { name, deleted: true }, options);
      }),
    );

  group
    .command('members <name>')
    .description('list the members of a group itself')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) =>
      withService(async (service) => {
        const { id } = await findGroup(service, name);
        const members = await everyPage((page) => service.get(GroupsStore).members(id, page));
        printRows(
          members.map(({ username, createdAt, id: userId }) => ({
            username,
            since: time(createdAt),
            id: userId,
          })),
          options,
        );
      }),
    );

  group
    .command('add <name> <username>')
    .description('make a user a member of a group')
    .option('--json', 'print JSON')
    .action((name: string, username: string, options: JsonOption) =>
      withService(async (service) => {
        const { id } = await findUser(service, username);
        await service.get(GroupMembers).add((await findGroup(service, name)).id, id, actor);
        printResult(`${username} is a member of ${name}`, { group: name, username, member: true }, options);
      }),
    );
  group
    .command('remove <name> <username>')
    .description('remove a user from a group')
    .option('--json', 'print JSON')
    .action((name: string, username: string, options: JsonOption) =>
      withService(async (service) => {
        const { id } = await findUser(service, username);
        await service.get(GroupMembers).remove((await findGroup(service, name)).id, id, actor);
        printResult(
          `${username} is no member of ${name} itself`,
          { group: name, username, member: false },
          options,
        );
      }),
    );
}

/** @throws NotFoundException */
export async function findGroup(service: INestApplicationContext, name: string): Promise<Group> {
  const group = await service.get(GroupsStore).findByName(name);
  if (!group) throw new NotFoundException(`there is no group ${name}`);
  return group;
}

async function create(name: string, { description, parent, ...options }: GroupOptions): Promise<void> {
  await withService(async (service) => {
    const parent_id = parent === undefined ? undefined : (await findGroup(service, parent)).id;
    const body = await checked(CreateGroupDto, { name, description, parent_id });
    printOne(toGroupDto(await service.get(Groups).create(body, actor)), options);
  });
}

async function update(
  group: string,
  { name, description, parent, top, ...options }: GroupOptions,
): Promise<void> {
  await withService(async (service) => {
    const { id } = await findGroup(service, group);
    const parent_id = top ? null : parent === undefined ? undefined : (await findGroup(service, parent)).id;
    const body = await checked(UpdateGroupDto, { name, description, parent_id });
    const updated = await service.get(Groups).update(id, body, actor);
    printResult(`${group} is updated`, toGroupDto(updated), options);
  });
}

async function list(service: INestApplicationContext, options: JsonOption): Promise<void> {
  const groups = await everyPage((page) => service.get(GroupsStore).list(page));
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  printRows(
    groups.map(({ id, name, description, parentId, createdAt }) => ({
      name,
      description,
      parent: parentId === null ? null : (names.get(parentId) ?? parentId),
      created: time(createdAt),
      id,
    })),
    options,
  );
}
