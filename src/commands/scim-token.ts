import type { Command } from 'commander';
import { everyPage } from '../persistence/page.js';
import { ScimTokensStore } from '../persistence/stores/scim-tokens.store.js';
import { CreateScimTokenDto } from '../scim/scim-tokens.dto.js';
import { ScimTokens } from '../scim/scim-tokens.js';
import { checked, wholeNumber } from './input.js';
import { type JsonOption, printOne, printResult, printRows, time } from './output.js';
import { actor, withService } from './service.js';

interface CreateOptions {
  readonly lifetime?: number;
  readonly verifiesEmails?: boolean;
  readonly json?: boolean;
}

/** `eyrie scim-token …` */
export function addScimTokenCommands(program: Command): void {
  const token = program
    .command('scim-token')
    .description('manage tokens with which directories provision users and groups over SCIM');

  token
    .command('create <name>')
    .description('create a token for the provisioning client of this name; the token is shown once')
    .option('--lifetime <seconds>', 'lifetime in seconds; never expires if omitted', wholeNumber(1))
    .option('--verifies-emails', 'e-mail addresses that come with it count as verified')
    .option('--json', 'print JSON')
    .action((name: string, { json, lifetime, verifiesEmails }: CreateOptions) =>
      withService(async (service) => {
        const properties = await checked(CreateScimTokenDto, {
          name,
          ...(lifetime === undefined ? {} : { lifetime }),
          ...(verifiesEmails ? { verifies_emails: true } : {}),
        });
        const { token: shown, row } = await service.get(ScimTokens).create(properties, actor);
        printOne({ id: row.id, name: row.name, token: shown, expires: time(row.expiresAt) }, { json });
      }),
    );

  token
    .command('list')
    .description('list all tokens, oldest first')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withService(async (service) => {
        const store = service.get(ScimTokensStore);
        const rows = await everyPage((page) => store.list(page));
        printRows(
          rows.map(({ id, name, createdAt, expiresAt, lastUsedAt }) => ({
            id,
            name,
            created: time(createdAt),
            expires: time(expiresAt),
            last_used: time(lastUsedAt),
          })),
          options,
        );
      }),
    );

  token
    .command('revoke <id>')
    .description('revoke a token; what was provisioned with it remains')
    .option('--json', 'print JSON')
    .action((id: string, options: JsonOption) =>
      withService(async (service) => {
        await service.get(ScimTokens).revoke(id, actor);
        printResult(`SCIM token ${id} is revoked`, { id, revoked: true }, options);
      }),
    );
}
