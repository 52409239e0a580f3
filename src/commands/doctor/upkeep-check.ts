import { Clock } from '../../config/clock.js';
import { UpkeepStore } from '../../persistence/stores/upkeep.store.js';
import { type Check, type Finding, warning } from './finding.js';

const maxLagSeconds = 3_600;

/** Looks at what the server does in the background: sweeping, sealing and delivering. */
export const checkUpkeep: Check = async (service) => {
  const store = service.get(UpkeepStore);
  const before = service.get(Clock).now() - maxLagSeconds;
  const findings: Finding[] = [];
  const overdue = await store.overdue(before);
  for (const { table, rows } of overdue)
    findings.push(
      warning(
        table,
        `${rows} rows have expired more than an hour ago and are still there`,
        'a server sweeps once it has run for 15 minutes: look for "sweeping failed" in its log',
      ),
    );
  const unsealed = await store.unsealedEvents(before);
  if (unsealed > 0)
    findings.push(
      warning(
        'audit trail',
        `${unsealed} events are more than an hour old and have no seal`,
        'a server seals once it has run for 15 minutes: look for "sweeping failed" in its log',
      ),
    );
  for (const { kind, state, deliveries } of await store.stuckDeliveries(before))
    findings.push(
      warning(
        `deliveries of ${kind}`,
        state === 'failed' ? `${deliveries} were given up` : `${deliveries} are due for more than an hour`,
        'GET /admin/logout-deliveries says why for logout requests; for mail try `eyrie mail test`',
      ),
    );
  return findings;
};
