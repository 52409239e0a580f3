import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import {
  PutOrganizationConsentDto,
  toOrganizationConsentDto,
} from '../consent/organizations/organization-consents.dto.js';
import { OrganizationConsents } from '../consent/organizations/organization-consents.js';
import { everyPage } from '../persistence/page.js';
import { OrganizationConsentsStore } from '../persistence/stores/organization-consents.store.js';
import { checked } from './input.js';
import { type JsonOption, printOne, printResult, printRows, time } from './output.js';
import { actor, findOrganization, withService } from './service.js';

interface GiveOptions extends JsonOption {
  readonly scope: string[];
}

interface WithdrawOptions extends JsonOption {
  readonly revokeGrants?: boolean;
}

/** `eyrie organization consent …` */
export function addConsentCommands(organization: Command): void {
  const consent = organization
    .command('consent')
    .description('manage what clients are allowed in place of the members of an organization');

  consent
    .command('list <name>')
    .description('list what clients are allowed in place of the members')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) => withService((service) => list(service, name, options)));

  consent
    .command('give <name> <client_id>')
    .description('have members not asked for exactly these scopes when they act for the organization')
    .requiredOption('--scope <scope...>', 'the scopes, out of those of the client')
    .option('--json', 'print JSON')
    .action((name: string, clientId: string, { scope, ...options }: GiveOptions) =>
      withService(async (service) => {
        const body = await checked(PutOrganizationConsentDto, { scope: scope.join(' ') });
        const { id: organizationId } = await findOrganization(service, name);
        const key = { organizationId, clientId };
        const given = await service.get(OrganizationConsents).put(key, body.scope, actor);
        printOne(toOrganizationConsentDto(given), options);
      }),
    );

  consent
    .command('withdraw <name> <client_id>')
    .description('have members asked again; what the client was given before stays')
    .option('--revoke-grants', 'revoke the grants of the client for the organization, too')
    .option('--json', 'print JSON')
    .action((name: string, clientId: string, { revokeGrants = false, ...options }: WithdrawOptions) =>
      withService(async (service) => {
        const { id: organizationId } = await findOrganization(service, name);
        const key = { organizationId, clientId };
        await service.get(OrganizationConsents).withdraw(key, revokeGrants, actor);
        printResult(
          `the members of ${name} are asked again by ${clientId}`,
          { organization: name, client_id: clientId, withdrawn: true },
          options,
        );
      }),
    );
}

async function list(service: INestApplicationContext, name: string, options: JsonOption): Promise<void> {
  const { id } = await findOrganization(service, name);
  const found = await everyPage((page) => service.get(OrganizationConsentsStore).list(id, page));
  printRows(
    found.map(({ clientId, scope, givenBy, updatedAt }) => ({
      client_id: clientId,
      scope,
      given_by: givenBy,
      given: time(updatedAt),
    })),
    options,
  );
}
