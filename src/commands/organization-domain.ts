import type { INestApplicationContext } from '@nestjs/common';
import { NotFoundException } from '@nestjs/common';
import type { Command } from 'commander';
import { readDomain } from '../directory/organizations/domain-name.js';
import { OrganizationDomains } from '../directory/organizations/organization-domains.js';
import {
  AddOrganizationDomainDto,
  toOrganizationDomainDto,
} from '../directory/organizations/organization-domains.dto.js';
import type { OrganizationDomain } from '../persistence/entities/organization-domain.entity.js';
import { everyPage } from '../persistence/page.js';
import { OrganizationDomainsStore } from '../persistence/stores/organization-domains.store.js';
import { checked } from './input.js';
import { type JsonOption, printOne, printResult, printRows, time } from './output.js';
import { actor, findOrganization, withService } from './service.js';

interface VerifyOptions extends JsonOption {
  readonly withoutDns?: boolean;
}

/** `eyrie organization domain …` */
export function addDomainCommands(organization: Command): void {
  const domain = organization.command('domain').description('manage the domains of an organization');

  domain
    .command('list <name>')
    .description('list the domains of an organization')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) => withService((service) => list(service, name, options)));

  domain
    .command('add <name> <domain>')
    .description('add a domain, and print the TXT record that verifies it')
    .option('--json', 'print JSON')
    .action((name: string, domainName: string, options: JsonOption) =>
      withService(async (service) => {
        const body = await checked(AddOrganizationDomainDto, { domain: domainName });
        const { id } = await findOrganization(service, name);
        show(await service.get(OrganizationDomains).add(id, body.domain, actor), options);
      }),
    );

  domain
    .command('verify <name> <domain>')
    .description('look up the TXT record of a domain, and have the domain count as verified')
    .option('--without-dns', 'have it count as verified on your word')
    .option('--json', 'print JSON')
    .action((name: string, domainName: string, { withoutDns = false, ...options }: VerifyOptions) =>
      withService(async (service) => {
        const { organizationId, id } = await find(service, name, domainName);
        const by = withoutDns ? 'administrator' : 'dns';
        show(await service.get(OrganizationDomains).verify(organizationId, id, by, actor), options);
      }),
    );

  domain
    .command('remove <name> <domain>')
    .description('remove a domain from an organization')
    .option('--json', 'print JSON')
    .action((name: string, domainName: string, options: JsonOption) =>
      withService(async (service) => {
        const { organizationId, id, domain: removed } = await find(service, name, domainName);
        await service.get(OrganizationDomains).remove(organizationId, id, actor);
        printResult(`${removed} is no domain of ${name}`, { domain: removed, removed: true }, options);
      }),
    );
}

/** @throws NotFoundException */
async function find(
  service: INestApplicationContext,
  name: string,
  domainName: string,
): Promise<OrganizationDomain> {
  const { id } = await findOrganization(service, name);
  const read = readDomain(domainName);
  const found =
    'domain' in read ? await service.get(OrganizationDomainsStore).findByName(id, read.domain) : null;
  if (!found) throw new NotFoundException(`the organization ${name} has no domain ${domainName}`);
  return found;
}

async function list(service: INestApplicationContext, name: string, options: JsonOption): Promise<void> {
  const { id } = await findOrganization(service, name);
  const found = await everyPage((page) => service.get(OrganizationDomainsStore).list(id, page));
  printRows(
    found.map(({ domain, verifiedBy, verifiedAt, id: domainId }) => ({
      domain,
      verified_by: verifiedBy,
      verified: time(verifiedAt),
      id: domainId,
    })),
    options,
  );
}

/** The record is one line of the table, so that it can be copied. */
function show(row: OrganizationDomain, { json }: JsonOption): void {
  const { txt_record: record, ...shown } = toOrganizationDomainDto(row);
  if (json) printOne({ ...shown, txt_record: record }, { json });
  else printOne({ ...shown, ...(record && { txt_name: record.name, txt_value: record.value }) }, {});
}
