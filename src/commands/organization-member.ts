import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { OrganizationMembers } from '../directory/organizations/organization-members.js';
import {
  PutOrganizationMemberDto,
  toOrganizationMemberDto,
} from '../directory/organizations/organizations.dto.js';
import { everyPage } from '../persistence/page.js';
import { OrganizationMembersStore } from '../persistence/stores/organization-members.store.js';
import { checked } from './input.js';
import { type JsonOption, printResult, printRows, time } from './output.js';
import { actor, findOrganization, findUser, withService } from './service.js';

interface MemberOptions extends JsonOption {
  readonly role?: string[];
}

/** `eyrie organization member …` */
export function addMemberCommands(organization: Command): void {
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

async function members(service: INestApplicationContext, name: string, options: JsonOption): Promise<void> {
  const { id } = await findOrganization(service, name);
  const found = await everyPage((page) => service.get(OrganizationMembersStore).members(id, page));
  printRows(
    found.map(toOrganizationMemberDto).map(({ username, roles, sources, since, user_id: userId }) => ({
      username,
      roles: roles.join(' '),
      sources: sources.join(' '),
      since: time(since),
      id: userId,
    })),
    options,
  );
}
