import { type Command, InvalidArgumentError } from 'commander';
import { InitialAccessTokens } from '../clients/dynamic/initial-access-tokens.js';
import { CreateRegistrationTokenDto } from '../clients/dynamic/registration-tokens.dto.js';
import { InitialAccessTokensStore } from '../persistence/stores/initial-access-tokens.store.js';
import { checked, everyPage } from './input.js';
import { print, printOne, printRows, time } from './output.js';
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
    .description('initial access tokens, with which clients register themselves (EYRIE_REGISTRATION=token)');

  token
    .command('create')
    .description('make a token; it is shown once')
    .option('--note <text>', 'whom it is for')
    .option('--uses <number>', 'how many clients it registers; any number when left out', wholeNumber)
    .option('--lifetime <seconds>', 'how long it lives; for good when left out', wholeNumber)
    .option('--json', 'print JSON')
    .action(({ json, ...fields }: CreateOptions) =>
      withService(async (service) => {
        const wanted = await checked(CreateRegistrationTokenDto, fields);
        const { token: shown, row } = await service.get(InitialAccessTokens).create(wanted, actor);
        printOne({ id: row.id, token: shown, expires: time(row.expiresAt) }, { json });
      }),
    );

  token
    .command('list')
    .description('all tokens, oldest first')
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
    .description('take it back; clients that registered with it stay')
    .action((id: string) =>
      withService(async (service) => {
        await service.get(InitialAccessTokens).delete(id, actor);
        print(`registration token ${id} is deleted`);
      }),
    );
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('Use a whole number, 1 or more.');
  return Number(value);
}
