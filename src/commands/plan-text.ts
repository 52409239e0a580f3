import { stringify } from 'yaml';
import type { AppliedItem, PlannedItem } from '../provisioning/configured-kind.js';

export const isChange = ({ outcome }: AppliedItem): boolean => outcome !== 'unchanged';

const signs = { created: '+', updated: '~', deleted: '-', unchanged: ' ' } as const;

/** A plan for people: a line for each entry that would change, with its members below it, and a sum. */
export function planText(items: readonly PlannedItem[]): string {
  const changed = items.filter(isChange);
  if (changed.length === 0) return 'Nothing would change.';
  const count = (outcome: AppliedItem['outcome']): number =>
    items.filter((item) => item.outcome === outcome).length;
  return [
    ...changed.flatMap(({ kind, name, outcome, changes }) => [
      `${signs[outcome]} ${kind} ${name}`,
      ...Object.entries(changes).map(([member, { from, to }]) =>
        outcome === 'created'
          ? `    ${member}: ${written(to)}`
          : `    ${member}: ${written(from)} -> ${written(to)}`,
      ),
    ]),
    '',
    `Would create ${count('created')}, update ${count('updated')}, delete ${count('deleted')}; ${count('unchanged')} unchanged.`,
  ].join('\n');
}

/** A planned item as JSON. */
export const toJson = ({ kind, name, outcome, changes }: PlannedItem): object => ({
  kind,
  name,
  outcome,
  changes,
});

/** A configuration file. */
export function exportText(exported: object): string {
  const notice =
    '# Secrets and passwords are not exported: add client_secret_env and password_env where they are needed.\n';
  return notice + stringify(exported).trimEnd();
}

/** A value in one line. Control characters are escaped, so that a value cannot forge another line. */
const written = (value: unknown): string => JSON.stringify(value ?? null);
