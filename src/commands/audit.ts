import { type Command, Option } from 'commander';
import { toAuditEventDto } from '../admin/audit.dto.js';
import { auditEventNames } from '../audit/events.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
import { wholeNumber } from './input.js';
import { type JsonOption, printRows, time } from './output.js';
import { findUser, withService } from './service.js';

interface AuditOptions extends JsonOption {
  readonly user?: string;
  readonly client?: string;
  readonly event?: string;
  readonly limit: number;
}

/** `eyrie audit` */
export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description('list audit events, newest first')
    .option('--user <username>', 'only events about this user')
    .option('--client <client_id>', 'only events about this client')
    .addOption(new Option('--event <name>', 'only events with this name').choices(auditEventNames))
    .option('--limit <number>', 'number of events', wholeNumber(1), 100)
    .option('--json', 'print JSON')
    .action(list);
}

async function list({ user, client, event, limit, json }: AuditOptions): Promise<void> {
  await withService(async (service) => {
    const filter = {
      ...(user === undefined ? {} : { userId: (await findUser(service, user)).id }),
      ...(client === undefined ? {} : { clientId: client }),
      ...(event === undefined ? {} : { event }),
    };
    const { items } = await service.get(AuditStore).list(filter, { limit });
    printRows(
      items.map(toAuditEventDto).map(({ at, ...described }) => ({ at: time(at), ...described })),
      { json },
    );
  });
}
