import { type Command, InvalidArgumentError, Option } from 'commander';
import { toAuditEventDto } from '../admin/audit.dto.js';
import { AuditVerifier } from '../audit/audit-verification.js';
import { auditEventNames } from '../audit/events.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
import { wholeNumber } from './input.js';
import { type JsonOption, print, printRows, time } from './output.js';
import { findUser, withService } from './service.js';

interface AuditOptions extends JsonOption {
  readonly user?: string;
  readonly client?: string;
  readonly event?: string;
  readonly limit: number;
}

/** `eyrie audit` */
export function addAuditCommand(program: Command): void {
  const audit = program
    .command('audit')
    .description('list audit events, newest first; verify and export them')
    .option('--user <username>', 'only events about this user')
    .option('--client <client_id>', 'only events about this client')
    .addOption(new Option('--event <name>', 'only events with this name').choices(auditEventNames))
    .option('--limit <number>', 'number of events', wholeNumber(1), 100)
    .option('--json', 'print JSON')
    .action(list);

  audit
    .command('verify')
    .description(
      'check that no event was changed, removed or inserted since it was sealed; ends with 1 if one was',
    )
    .option('--json', 'print JSON')
    .action(verify);
  audit
    .command('export')
    .description('print all events as JSON lines, oldest first')
    .addOption(new Option('--since <time>', 'only events of this time or later (ISO 8601)').argParser(timeOf))
    .addOption(new Option('--until <time>', 'only events before this time (ISO 8601)').argParser(timeOf))
    .option('--json', 'print JSON lines, as it always does')
    .action(exportAll);
}

async function verify({ json }: JsonOption): Promise<void> {
  await withService(async (service) => {
    const { findings, ...counts } = await service.get(AuditVerifier).verify();
    if (json) print(JSON.stringify({ ...counts, findings }, null, 2));
    else if (findings.length > 0)
      printRows(
        findings.map((finding) => ({ ...finding })),
        {},
      );
    else print(`${counts.events} events under ${counts.seals} seals are as they were sealed`);
    if (findings.length > 0) process.exitCode = 1;
  });
}

async function exportAll(period: { since?: number; until?: number }): Promise<void> {
  await withService(async (service) => {
    for await (const event of service.get(AuditStore).every(period))
      print(JSON.stringify(toAuditEventDto(event)));
  });
}

function timeOf(text: string): number {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new InvalidArgumentError('write a time such as 2026-11-27T12:00:00Z');
  return Math.floor(milliseconds / 1_000);
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
