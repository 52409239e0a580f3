import { type INestApplicationContext, NotFoundException } from '@nestjs/common';
import { type Command, Option } from 'commander';
import { type NamedOwner, RoleOwners } from '../directory/role-owners.js';
import { Roles } from '../directory/roles.js';
import { CreateRoleDto, toRoleDto } from '../directory/roles.dto.js';
import type { Role } from '../persistence/entities/role.entity.js';
import { type RoleHolder, RolesStore } from '../persistence/stores/roles.store.js';
import { findGroup } from './group.js';
import { checked, everyPage } from './input.js';
import { type JsonOption, printOne, printResult, printRows, time } from './output.js';
import { actor, findUser, withService } from './service.js';

interface OwnerOptions extends JsonOption {
  readonly client?: string;
  readonly resource?: string;
}

interface HolderOptions extends OwnerOptions {
  readonly user?: string;
  readonly group?: string;
}

/** `eyrie role …` */
export function addRoleCommands(program: Command): void {
  const role = program.command('role').description('manage roles and who has them');
  const withOwner = (command: Command): Command =>
    command
      .addOption(new Option('--client <client_id>', 'a role of this client').conflicts('resource'))
      .option('--resource <identifier>', 'a role of this resource')
      .option('--json', 'print JSON');

  withOwner(
    role.command('create <name>').description('create a role of the service, or of a client or resource'),
  )
    .option('--description <text>', 'what the role is for')
    .action(create);

  role
    .command('list')
    .description('list roles, oldest first')
    .option('--json', 'print JSON')
    .action((options: JsonOption) => withService((service) => list(service, options)));

  withOwner(role.command('delete <name>').description('delete a role, and take it from everybody')).action(
    (name: string, options: OwnerOptions) =>
      withService(async (service) => {
        await service.get(Roles).delete((await findRole(service, name, options)).id, actor);
        printResult(`${name} is deleted`, { name, deleted: true }, options);
      }),
  );

  for (const verb of ['give', 'take'] as const)
    withOwner(
      role
        .command(`${verb} <name>`)
        .description(
          verb === 'give' ? 'give a role to a user or a group' : 'take a role from a user or a group',
        ),
    )
      .addOption(new Option('--user <username>', 'the user').conflicts('group'))
      .option('--group <name>', 'the group')
      .action((name: string, options: HolderOptions) => change(verb, name, options));
}

async function create(
  name: string,
  { client, resource, description, ...options }: OwnerOptions & { readonly description?: string },
): Promise<void> {
  const body = await checked(CreateRoleDto, { name, description, client_id: client, resource });
  await withService(async (service) => {
    const created = await service.get(Roles).create(body, actor);
    printOne(toRoleDto(created, { client_id: client, resource }), options);
  });
}

async function list(service: INestApplicationContext, options: JsonOption): Promise<void> {
  const roles = await everyPage((page) => service.get(RolesStore).list(page));
  const owners = await service.get(RoleOwners).nameAll(roles);
  printRows(
    roles.map(({ id, name, description, createdAt }, index) => ({
      name,
      client: owners[index]?.client_id,
      resource: owners[index]?.resource,
      description,
      created: time(createdAt),
      id,
    })),
    options,
  );
}

async function change(verb: 'give' | 'take', name: string, options: HolderOptions): Promise<void> {
  await withService(async (service) => {
    const { id } = await findRole(service, name, options);
    const holder = await findHolder(service, options);
    await service.get(Roles)[verb](id, holder, actor);
    const { user, group } = options;
    const whose = user ?? `the group ${group}`;
    printResult(
      verb === 'give' ? `${whose} has the role ${name}` : `${whose} does not have the role ${name} itself`,
      { role: name, user, group, given: verb === 'give' },
      options,
    );
  });
}

async function findHolder(
  service: INestApplicationContext,
  { user, group }: HolderOptions,
): Promise<RoleHolder> {
  if (user !== undefined) return { kind: 'user', id: (await findUser(service, user)).id };
  if (group !== undefined) return { kind: 'group', id: (await findGroup(service, group)).id };
  throw new NotFoundException('name whose role it is: --user or --group');
}

/** @throws NotFoundException */
async function findRole(
  service: INestApplicationContext,
  name: string,
  { client, resource }: OwnerOptions,
): Promise<Role> {
  const named: NamedOwner = { client_id: client, resource };
  const owner = await service.get(RoleOwners).find(named);
  const role = owner && (await service.get(RolesStore).findByName(owner, name));
  if (!role) throw new NotFoundException(`there is no role ${name}${ofOwner(named)}`);
  return role;
}

const ofOwner = ({ client_id, resource }: NamedOwner): string => {
  const owner = client_id ?? resource;
  return owner === undefined ? '' : ` of ${owner}`;
};
