import { isDeepStrictEqual } from 'node:util';

/** The value of a member before and after a change. */
export interface MemberChange {
  readonly from: unknown;
  readonly to: unknown;
}

/** What an update changed, by member. */
export type MemberChanges = Readonly<Record<string, MemberChange>>;

/** Characters of the JSON of a value that are kept, so that any number of members fits an event. */
const maxValueLength = 250;

/**
 * What differs between two states of something. Members that only one of them has count as null there.
 * @param before all members, or at least those of `after`
 * @returns undefined if nothing differs
 */
export function memberChanges(before: object, after: object): MemberChanges | undefined {
  const [old, present] = [before, after].map((state) => new Map<string, unknown>(Object.entries(state)));
  const changed = [...(present ?? [])].flatMap(([name, to]) => {
    const from = old?.get(name);
    return isDeepStrictEqual(from ?? null, to ?? null) ? [] : [[name, { from: kept(from), to: kept(to) }]];
  });
  return changed.length === 0 ? undefined : (Object.fromEntries(changed) as MemberChanges);
}

/** A long value is cut, as JSON. */
function kept(value: unknown): unknown {
  const json = JSON.stringify(value ?? null);
  return json.length <= maxValueLength ? (value ?? null) : `${json.slice(0, maxValueLength)}…`;
}
