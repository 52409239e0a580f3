import { refuseProblems } from '../clients/invalid-metadata.js';
import { readAssignment, writtenForms } from '../protocol/client-metadata/assignment.js';
import { clientMemberEntries, type ClientMetadata } from '../protocol/client-metadata/members.js';
import type { MetadataProblem } from '../protocol/metadata-problem.js';

/**
 * The metadata that a command names: some members by options of their own, any member by `--set member=value`.
 * @param texts the values of `--set`
 * @param named what the other options say; undefined where they are absent
 * @throws InvalidMetadata naming each member that cannot be read, or is given twice
 */
export function readMembers(
  texts: readonly string[],
  named: Partial<Record<keyof ClientMetadata, unknown>>,
): Record<string, unknown> {
  const metadata: Record<string, unknown> = { ...named };
  const problems: MetadataProblem[] = [];
  for (const text of texts) {
    const read = readAssignment(text);
    if ('reason' in read) problems.push(read);
    else if (metadata[read.member] === undefined) metadata[read.member] = read.value;
    else problems.push({ field: read.member, reason: 'is given twice' });
  }
  refuseProblems(problems);
  return metadata;
}

/** What `--set` accepts, for the help of a command. */
export function membersHelp(): string {
  const lines = clientMemberEntries.flatMap(([name, member]) => {
    const values = 'values' in member ? `: ${member.values.join(', ')}` : '';
    return [`  ${name} (${writtenForms[member.kind]}${values})`, `      ${member.meaning}`];
  });
  return ['', 'Members of client metadata for --set; "null" is none:', ...lines].join('\n');
}
