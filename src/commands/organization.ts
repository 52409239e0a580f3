import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { OrganizationMembers } from '../directory/organizations/organization-members.js';
import { Organizations } from '../directory/organizations/organizations.js';
import {
  CreateOrganizationDto,
  PutOrganizationMemberDto,
  toOrganizationDto,
} from '../directory/organizations/organizations.dto.js';
import { everyPage } from '../persistence/page.js';
import { OrganizationsStore } from '../persistence/stores/organizations.store.js';
import { checked } from './input.js';
import { type JsonOption, printOne, printResult, printRows, time } from './output.js';
import { addConsentCommands } from './organization-consent.js';
import { addDomainCommands } from './organization-domain.js';
import { addInvitationCommands } from './organization-invitation.js';
import { actor, findOrganization, findUser, withService } from './service.js';

interface CreateOptions extends JsonOption {
  readonly displayName?: string;
  readonly description?: string;
  readonly role?: string[];
}

interface MemberOptions extends JsonOption {
  readonly role?: string[];
}

/** `eyrie organization …` */
export function addOrganizationCommands(program: Command): void {
  const organization = program.command('organization').description('manage organizations and their members');

  organization
    .command('create <name>')
    .description('create an organization')
    .option('--display-name <text>', 'its name as people see it')
    .option('--description <text>', 'what the organization is')
    .option('--role <name...>', 'the roles that members can have in it')
    .option('--json', 'print JSON')
    .action(create);

  organization
    .command('list')
    .description('list organizations, oldest first')
    .option('--json', 'print JSON')
    .action((options: JsonOption) => withService((service) => list(service, options)));

  organization
    .command('delete <name>')
    .description('delete an organization, and revoke the grants for it')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) =>
      withService(async (service) => {
        await service.get(Organizations).delete((await findOrganization(service, name)).id, actor);
        printResult(`${name} is deleted`, { name, deleted: true }, options);
      }),
    );

  addInvitationCommands(organization);
  addDomainCommands(organization);
  addConsentCommands(organization);

  const member = organization.command('member').description('manage the members of an organization');

  member
    .command('list <name>')
    .description('list the members of an organization')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) => withService((service) => members(service, name, options)));

  member
    .command('add <name> <username>')
    .description('make a user a member of an organization, with exactly these roles')
    .option('--role <name...>', 'the roles of the member')
    .option('--json', 'print JSON')
    .action(add);

  member
    .command('remove <name> <username>')
    .description('remove a user from an organization, and revoke their grants for it')
    .option('--json', 'print JSON')
    .action((name: string, username: string, options: JsonOption) =>
      withService(async (service) => {
        const { id } = await findUser(service, username);
        const { id: organizationId } = await findOrganization(service, name);
        await service.get(OrganizationMembers).remove(organizationId, id, actor);
        printResult(
          `${username} is no member of ${name}`,
          { organization: name, username, member: false },
          options,
        );
      }),
    );
}

async function create(
  name: string,
  { displayName, description, role, ...options }: CreateOptions,
): Promise<void> {
  await withService(async (service) => {
    const body = await checked(CreateOrganizationDto, {
      name,
      display_name: displayName,
      description,
      roles: role,
    });
    printOne(toOrganizationDto(await service.get(Organizations).create(body, actor)), options);
  });
}

async function add(name: string, username: string, { role, ...options }: MemberOptions): Promise<void> {
  await withService(async (service) => {
    const { roles } = await checked(PutOrganizationMemberDto, { roles: role ?? [] });
    const { id } = await findUser(service, username);
    const { id: organizationId } = await findOrganization(service, name);
    await service.get(OrganizationMembers).put(organizationId, id, roles, actor);
    const detail = { organization: name, username, member: true, roles };
    printResult(`${username} is a member of ${name}`, detail, options);
  });
}

async function list(service: INestApplicationContext, options: JsonOption): Promise<void> {
  const organizations = await everyPage((page) => service.get(OrganizationsStore).list(page));
  printRows(
    organizations.map(({ id, name, displayName, roles, createdAt }) => ({
      name,
      display_name: displayName,
      roles: roles.join(' '),
      created: time(createdAt),
      id,
    })),
    options,
  );
}

async function members(service: INestApplicationContext, name: string, options: JsonOption): Promise<void> {
  const { id } = await findOrganization(service, name);
  const found = await everyPage((page) => service.get(OrganizationsStore).members(id, page));
  printRows(
    found.map(({ username, roles, createdAt, id: userId }) => ({
      username,
      roles: roles.join(' '),
      since: time(createdAt),
      id: userId,
    })),
    options,
  );
}
