import type { Filter } from 'ldapts';
import type { LoadedUpstream } from '../definition.js';
import { subjectValue } from './entry.js';

/** Characters with a meaning of their own in filters (RFC 4515 §3), and others that do not belong into names. */
// oxlint-disable-next-line no-control-regex -- NUL must be escaped, and the other control characters may be.
const special = /[\\*()\u0000-\u001f]/g;

export const usernamePlaceholder = '{username}';

/** A value as it stands in a filter, where it is nothing but a value (RFC 4515 §3). */
export const escapeFilterValue = (value: string): string =>
  value.replace(special, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** The filter that finds a person by the name that was typed. */
export const personFilter = (template: string, username: string): string =>
  template.split(usernamePlaceholder).join(escapeFilterValue(username));

/** The filter that finds people by their subjects, as long as they match the filter of the directory with any name. */
export async function subjectsFilter(
  { user_filter: template = '', subject_claim: attribute }: LoadedUpstream,
  subjects: readonly string[],
): Promise<Filter> {
  const { AndFilter, EqualityFilter, FilterParser, OrFilter } = await import('ldapts');
  const anybody = FilterParser.parseString(template.split(usernamePlaceholder).join('*'));
  const filters = subjects.map(
    (subject) => new EqualityFilter({ attribute, value: subjectValue(attribute, subject) }),
  );
  return new AndFilter({ filters: [anybody, new OrFilter({ filters })] });
}

/** What is wrong with a filter that shall find people; undefined if nothing is (RFC 4515 §3). */
export async function personFilterProblem(template: string): Promise<string | undefined> {
  if (!template.includes(usernamePlaceholder)) return `must be a filter with ${usernamePlaceholder}`;
  const { FilterParser } = await import('ldapts');
  try {
    for (const name of ['name', '*'])
      FilterParser.parseString(template.split(usernamePlaceholder).join(name));
    return undefined;
  } catch (error) {
    return `is no filter: ${(error as Error).message}`.slice(0, 300);
  }
}
