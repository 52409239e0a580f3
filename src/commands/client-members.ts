import type { ClientMetadataDto } from '../clients/client-metadata.dto.js';
import { refuseProblems } from '../clients/invalid-metadata.js';
import { readAssignment, writtenForms } from '../protocol/client-metadata/assignment.js';
import { clientMemberEntries, type ClientMetadata } from '../protocol/client-metadata/members.js';
import { splitTranslated } from '../protocol/client-metadata/translations.js';
import type { MetadataProblem } from '../protocol/metadata-problem.js';
import { checked } from './input.js';

/**
 * Reads client metadata from options: any member from `--set member=value`, some members from options of their own.
 * @param texts the values of `--set`
 * @param named the values of the other options; undefined if absent
 * @throws InvalidMetadata naming each member that cannot be read or is given twice
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

/** The members that `--set` accepts, for the help of a command. */
export function membersHelp(): string {
  const lines = clientMemberEntries.flatMap(([name, member]) => {
    const values = 'values' in member ? `: ${member.values.join(', ')}` : '';
    const languages = member.translatable ? `; in another language: ${name}#de` : '';
    return [`  ${name} (${writtenForms[member.kind]}${values})`, `      ${member.meaning}${languages}`];
  });
  return [
    '',
    'Members of client metadata for --set. The value "null" means that it is not set:',
    ...lines,
  ].join('\n');
}

/**
 * Checks client metadata by the same class as the admin API. Members in other languages are left to the rules of client metadata.
 * @throws BadRequestException naming each invalid field
 */
export async function checkedMetadata<Body extends ClientMetadataDto>(
  type: new () => Body,
  fields: object,
): Promise<Body> {
  const { translated, others } = splitTranslated(fields);
  return Object.assign(await checked(type, others), translated);
}
