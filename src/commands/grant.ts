import type { INestApplicationContext } from '@nestjs/common';
import { type Command, Option } from 'commander';
import { Clock } from '../config/clock.js';
import { GrantRevocation } from '../consent/grant-revocation.js';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { type GrantFilter, GrantsStore } from '../persistence/stores/grants.store.js';
import { everyPage } from '../persistence/page.js';
import { type JsonOption, printResult, printRows, type Row, time } from './output.js';
import { actor, findUser, withService } from './service.js';

interface FilterOptions {
  readonly user?: string;
  readonly client?: string;
}

/** `eyrie grant …` */
export function addGrantCommands(program: Command): void {
  const grant = program
    .command('grant')
    .description('list and revoke the grants that users have given to clients');

  grant
    .command('list')
    .description('list active grants, oldest first')
    .option('--user <username>', 'only grants of this user')
    .option('--client <client_id>', 'only grants to this client')
    .option('--include-inactive', 'include revoked and expired grants')
    .addOption(new Option('--dead', 'former name of --include-inactive').hideHelp())
    .option('--json', 'print JSON')
    .action((options: FilterOptions & { includeInactive?: boolean; dead?: boolean; json?: boolean }) =>
      withService(async (service) => {
        const [filter, now] = [await filterOf(service, options), service.get(Clock).now()];
        const store = service.get(GrantsStore);
        const includeInactive = options.includeInactive ?? options.dead;
        const grants = await everyPage((page) => store.list(filter, page, now, includeInactive));
        printRows(grants.map(toRow), options);
      }),
    );

  grant
    .command('revoke [id]')
    .description('revoke one grant, or all grants of a user or client, with all of their tokens')
    .option('--user <username>', 'only grants of this user')
    .option('--client <client_id>', 'only grants to this client')
    .option('--json', 'print JSON')
    .action((id: string | undefined, options: FilterOptions & JsonOption, command: Command) => {
      if ((id === undefined) === (options.user === undefined && options.client === undefined))
        command.error('error: give the id of a grant, or --user, --client or both');
      return withService(async (service) => {
        const revoked = await revoke(service, id, await filterOf(service, options));
        printResult(`${revoked} ${revoked === 1 ? 'grant is' : 'grants are'} revoked`, { revoked }, options);
      });
    });
}

async function revoke(
  service: INestApplicationContext,
  id: string | undefined,
  filter: GrantFilter,
): Promise<number> {
  const revocation = service.get(GrantRevocation);
  if (id === undefined) return revocation.revokeAll(filter, actor);
  await revocation.revoke(await revocation.require(id), 'revoked_by_administrator', actor);
  return 1;
}

async function filterOf(
  service: INestApplicationContext,
  { user, client }: FilterOptions,
): Promise<GrantFilter> {
  const owner = user === undefined ? undefined : await findUser(service, user);
  return {
    ...(owner ? { userId: owner.id } : {}),
    ...(client === undefined ? {} : { clientId: client }),
  };
}

function toRow(grant: Grant): Row {
  return {
    id: grant.id,
    client_id: grant.clientId,
    user_id: grant.userId,
    grant_type: grant.grantType,
    scope: grant.scope,
    created: time(grant.createdAt),
    expires: time(grant.expiresAt),
    revoked: time(grant.revokedAt),
  };
}
