import type { Client, Entry } from 'ldapts';
import { valuesOf } from './entry.js';

/** Values of an attribute that come in parts, and where the next part begins. */
interface Part {
  readonly values: readonly string[];
  /** Undefined if these are the last. */
  readonly next: number | undefined;
}

/**
 * All values of an attribute of an entry that was found. Active Directory gives 1,500 at a time, as `member;range=0-1499`
 * ([MS-ADTS] §3.1.1.3.1.3.3).
 */
export async function allValuesOf(client: Client, entry: Entry, attribute: string): Promise<string[]> {
  const values = valuesOf(entry, attribute);
  let part = rangeOf(entry, attribute);
  while (part) {
    values.push(...part.values);
    if (part.next === undefined) break;
    const { searchEntries: found } = await client.search(entry.dn, {
      scope: 'base',
      filter: '(objectClass=*)',
      attributes: [`${attribute};range=${part.next}-*`],
    });
    const next = found[0] && rangeOf(found[0], attribute);
    if (!next || (next.next !== undefined && next.next <= part.next))
      throw new Error(`${attribute} of ${entry.dn} is not shown whole`);
    part = next;
  }
  return values;
}

/** The part that an entry holds; undefined if the attribute does not come in parts. */
export function rangeOf(entry: Entry, attribute: string): Part | undefined {
  for (const key of Object.keys(entry)) {
    const [name = '', , last = ''] = /^([^;]+);range=(\d+)-(\d+|\*)$/i.exec(key)?.slice(1) ?? [];
    if (name.toLowerCase() !== attribute.toLowerCase()) continue;
    const values = valuesOf(entry, key);
    // Asked for a part that does not exist, a server may answer an empty one.
    return { values, next: last === '*' || values.length === 0 ? undefined : Number(last) + 1 };
  }
  return undefined;
}
