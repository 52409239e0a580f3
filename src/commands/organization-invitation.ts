import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { Clock } from '../config/clock.js';
import {
  InviteIntoOrganizationDto,
  toOrganizationInvitationDto,
} from '../directory/organizations/organization-invitations.dto.js';
import { OrganizationInvitations } from '../directory/organizations/organization-invitations.js';
import { everyPage } from '../persistence/page.js';
import { OrganizationInvitationsStore } from '../persistence/stores/organization-invitations.store.js';
import { checked } from './input.js';
import { type JsonOption, printOne, printResult, printRows, time } from './output.js';
import { actor, findOrganization, withService } from './service.js';

interface InviteOptions extends JsonOption {
  readonly role?: string[];
  readonly language?: string;
}

interface ListOptions extends JsonOption {
  readonly all?: boolean;
}

/** `eyrie organization invite` and `eyrie organization invitation …` */
export function addInvitationCommands(organization: Command): void {
  organization
    .command('invite <name> <email>')
    .description('invite an e-mail address into an organization, by mail')
    .option('--role <name...>', 'the roles that the invitation gives')
    .option('--language <tag>', 'the language of the mail, for an address without an account')
    .option('--json', 'print JSON')
    .action(invite);

  const invitation = organization
    .command('invitation')
    .description('manage the invitations into an organization');

  invitation
    .command('list <name>')
    .description('list the open invitations into an organization')
    .option('--all', 'also those that have ended')
    .option('--json', 'print JSON')
    .action((name: string, options: ListOptions) => withService((service) => list(service, name, options)));

  invitation
    .command('resend <name> <id>')
    .description('mail an invitation again, with another link')
    .option('--json', 'print JSON')
    .action((name: string, id: string, options: JsonOption) =>
      withService(async (service) => {
        const { id: organizationId } = await findOrganization(service, name);
        const renewed = await service.get(OrganizationInvitations).resend(organizationId, id, actor);
        printOne(shown(service, renewed), options);
      }),
    );

  invitation
    .command('withdraw <name> <id>')
    .description('withdraw an invitation')
    .option('--json', 'print JSON')
    .action((name: string, id: string, options: JsonOption) =>
      withService(async (service) => {
        const { id: organizationId } = await findOrganization(service, name);
        await service.get(OrganizationInvitations).withdraw(organizationId, id, actor);
        printResult(`the invitation ${id} is withdrawn`, { id, withdrawn: true }, options);
      }),
    );
}

async function invite(
  name: string,
  email: string,
  { role, language, ...options }: InviteOptions,
): Promise<void> {
  await withService(async (service) => {
    const body = await checked(InviteIntoOrganizationDto, { email, roles: role ?? [], language });
    const { id } = await findOrganization(service, name);
    const invitation = await service.get(OrganizationInvitations).invite(id, body, actor);
    printOne(shown(service, invitation), options);
  });
}

async function list(
  service: INestApplicationContext,
  name: string,
  { all = false, ...options }: ListOptions,
): Promise<void> {
  const { id } = await findOrganization(service, name);
  const now = service.get(Clock).now();
  const found = await everyPage((page) =>
    service.get(OrganizationInvitationsStore).list(id, { withEnded: all }, page, now),
  );
  printRows(
    found.map((invitation) => {
      const { email, roles, state, expires_at } = toOrganizationInvitationDto(invitation, now);
      return { email, roles: roles.join(' '), state, expires: time(expires_at), id: invitation.id };
    }),
    options,
  );
}

const shown = (
  service: INestApplicationContext,
  invitation: Parameters<typeof toOrganizationInvitationDto>[0],
): object => toOrganizationInvitationDto(invitation, service.get(Clock).now());
