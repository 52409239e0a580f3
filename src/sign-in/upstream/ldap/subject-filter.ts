import type { Filter } from 'ldapts';
import { personFilter, usernamePlaceholder } from './person-filter.js';

/** `objectGUID` as this server writes it. */
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The filter that finds those of these people who may sign in: the filter of the upstream with any name, and one of the subjects.
 * @param attribute that identifies people
 */
export async function subjectFilter(
  template: string,
  attribute: string,
  subjects: readonly string[],
): Promise<Filter> {
  const { AndFilter, EqualityFilter, FilterParser, OrFilter } = await import('ldapts');
  const filters = subjects.map(
    (subject) => new EqualityFilter({ attribute, value: valueOf(attribute, subject) }),
  );
  const anybody = FilterParser.parseString(template.split(usernamePlaceholder).join('*'));
  return new AndFilter({ filters: [anybody, new OrFilter({ filters })] });
}

/** Why a filter for people cannot be used; undefined if it can. */
export async function filterProblem(template: string): Promise<string | undefined> {
  const { FilterParser } = await import('ldapts');
  const isExtensible = (part: string): boolean => part.includes(':=') && part.includes(usernamePlaceholder);
  if (template.split('(').some(isExtensible))
    return `an extensible match cannot have ${usernamePlaceholder}: nobody could be looked for without a name`;
  try {
    FilterParser.parseString(personFilter(template, 'somebody'));
    FilterParser.parseString(template.split(usernamePlaceholder).join('*'));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function valueOf(attribute: string, subject: string): Buffer | string {
  return attribute.toLowerCase() === 'objectguid' && guid.test(subject) ? guidBytes(subject) : subject;
}

/** A GUID as Windows stores it: the first three groups are little-endian ([MS-DTYP] §2.3.4.2). */
function guidBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
