import { NotFoundException } from '@nestjs/common';
import type { Command } from 'commander';
import { Sessions } from '../sessions/sessions.js';
import { toSessionDto } from '../sessions/sessions.dto.js';
import { type JsonOption, printResult, printRows, time } from './output.js';
import { actor, findUser, withService } from './service.js';

interface OfUser extends JsonOption {
  readonly user: string;
}

/** `eyrie session …` */
export function addSessionCommands(program: Command): void {
  const session = program
    .command('session')
    .description('list and end the sessions of users: the browsers in which they are signed in');

  session
    .command('list')
    .description('list the active sessions of a user, oldest first')
    .requiredOption('--user <username>', 'the user')
    .option('--json', 'print JSON')
    .action(list);

  session
    .command('end [id]')
    .description('end one session of a user, or all of them, and revoke the grants bound to it')
    .requiredOption('--user <username>', 'the user')
    .option('--all', 'all sessions')
    .option('--json', 'print JSON')
    .action((id: string | undefined, options: OfUser & { all?: boolean }, command: Command) => {
      if ((id === undefined) !== (options.all === true))
        command.error('error: give the id of a session, or --all');
      return end(id, options);
    });
}

async function list({ user, json }: OfUser): Promise<void> {
  await withService(async (service) => {
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
  });
}

async function end(id: string | undefined, { user, json }: OfUser): Promise<void> {
  await withService(async (service) => {
    const owner = await findUser(service, user);
    const sessions = service.get(Sessions);
    const ids = id === undefined ? (await sessions.listActive(owner.id)).map((session) => session.id) : [id];
    let ended = 0;
    for (const one of ids) if (await sessions.end(one, owner.id, actor)) ended += 1;
    if (id !== undefined && ended === 0) throw new NotFoundException(`${user} has no session ${id}`);
    printResult(`${ended} ${ended === 1 ? 'session has' : 'sessions have'} ended`, { ended }, { json });
  });
}
