import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { Organizations } from '../directory/organizations/organizations.js';
import {
  CreateOrganizationDto,
  toOrganizationDto,
  UpdateOrganizationDto,
} from '../directory/organizations/organizations.dto.js';
import { everyPage } from '../persistence/page.js';
import { OrganizationsStore } from '../persistence/stores/organizations.store.js';
import { checked } from './input.js';
import { type JsonOption, printOne, printResult, printRows, time } from './output.js';
import { addConsentCommands } from './organization-consent.js';
import { addDomainCommands } from './organization-domain.js';
import {
  addOrganizationChanges,
  addOrganizationFields,
  organizationFields,
  type OrganizationOptions,
} from './organization-fields.js';
import { addInvitationCommands } from './organization-invitation.js';
import { addMemberCommands } from './organization-member.js';
import { actor, findOrganization, withService } from './service.js';

interface UpdateOptions extends OrganizationOptions {
  readonly name?: string;
}

/** `eyrie organization …` */
export function addOrganizationCommands(program: Command): void {
  const organization = program.command('organization').description('manage organizations and their members');

  addOrganizationFields(organization.command('create <name>').description('create an organization'))
    .option('--json', 'print JSON')
    .action(create);

  addOrganizationChanges(
    organization
      .command('update <name>')
      .description('change an organization; what is not named stays unchanged'),
  )
    .option('--json', 'print JSON')
    .action(update);

  organization
    .command('show <name>')
    .description('show an organization')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) =>
      withService(async (service) =>
        printOne(toOrganizationDto(await findOrganization(service, name)), options),
      ),
    );

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
  addMemberCommands(organization);
}

async function create(name: string, options: OrganizationOptions): Promise<void> {
  await withService(async (service) => {
    const body = await checked(CreateOrganizationDto, { name, ...organizationFields(options) });
    printOne(toOrganizationDto(await service.get(Organizations).create(body, actor)), options);
  });
}

async function update(organization: string, { name, ...options }: UpdateOptions): Promise<void> {
  await withService(async (service) => {
    const { id } = await findOrganization(service, organization);
    const body = await checked(UpdateOrganizationDto, { name, ...organizationFields(options) });
    const updated = await service.get(Organizations).update(id, body, actor);
    printResult(`${organization} is updated`, toOrganizationDto(updated), options);
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
