import type { Command } from 'commander';
import { everyPage } from '../persistence/page.js';
import { InitialAccessTokens } from '../clients/dynamic/initial-access-tokens.js';
import { CreateRegistrationTokenDto } from '../clients/dynamic/registration-tokens.dto.js';
import { InitialAccessTokensStore } from '../persistence/stores/initial-access-tokens.store.js';
import { checked, wholeNumber } from './input.js';
import { type JsonOption, printOne, printResult, printRows, time } from './output.js';
import { actor, withService } from './service.js';

interface CreateOptions {
  readonly note?: string;
  readonly uses?: number;
  readonly lifetime?: number;
  readonly json?: boolean;
}

/** `eyrie registration-token …` */
export function addRegistrationTokenCommands(program: Command): void {
  const token = program
    .command('registration-token')
    .description('manage initial access tokens for dynamic client registration (EYRIE_REGISTRATION=token)');

  token
    .command('create')
    .description('create a token, which is shown once')
    .option('--note <text>', 'note about who the token is for')
    .option('--uses <number>', 'number of clients that it can register; unlimited if omitted', wholeNumber(1))
    .option('--lifetime <seconds>', 'lifetime in seconds; never expires if omitted', wholeNumber(1))
    .option('--json', 'print JSON')
    .action(({ json, ...fields }: CreateOptions) =>
      withService(async (service) => {
        const properties = await checked(CreateRegistrationTokenDto, fields);
        const { token: shown, row } = await service.get(InitialAccessTokens).create(properties, actor);
        printOne({ id: row.id, token: shown, expires: time(row.expiresAt) }, { json });
      }),
    );

  token
    .command('list')
    .description('list all tokens, oldest first')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withService(async (service) => {
        const store = service.get(InitialAccessTokensStore);
        const rows = await everyPage((page) => store.list(page));
        printRows(
          rows.map(({ id, note, usesLeft, createdAt, expiresAt }) => ({
            id,
            note,
            uses_left: usesLeft,
            created: time(createdAt),
            expires: time(expiresAt),
          })),
          options,
        );
      }),
    );

  token
    .command('delete <id>')
    .description('delete a token; clients registered with it remain')
    .option('--json', 'print JSON')
    .action((id: string, options: JsonOption) =>
      withService(async (service) => {
        await service.get(InitialAccessTokens).delete(id, actor);
        printResult(`registration token ${id} is deleted`, { id, deleted: true }, options);
      }),
    );
}
