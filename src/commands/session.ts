import type { Command } from 'commander';
import { Sessions } from '../sessions/sessions.js';
import { toSessionDto } from '../sessions/sessions.dto.js';
import { type JsonOption, printRows, time } from './output.js';
import { findUser, withService } from './service.js';

/** `eyrie session …` */
export function addSessionCommands(program: Command): void {
  program
    .command('session')
    .description('list the browsers in which users are signed in')
    .command('list')
    .description('list the active sessions of a user, oldest first')
    .requiredOption('--user <username>', 'the user')
    .option('--json', 'print JSON')
    .action(({ user, json }: JsonOption & { user: string }) =>
      withService(async (service) => {
        const { id } = await findUser(service, user);
        const sessions = (await service.get(Sessions).listActive(id)).map(toSessionDto);
        printRows(
          sessions.map(({ authenticated_at, last_seen_at, expires_at, ...session }) => ({
            ...session,
            authenticated: time(authenticated_at),
            last_seen: time(last_seen_at),
            expires: time(expires_at),
          })),
          { json },
        );
      }),
    );
}
