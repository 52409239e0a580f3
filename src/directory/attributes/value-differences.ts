import { isDeepStrictEqual } from 'node:util';
import type { StoredValue } from '../../persistence/stores/attributes.store.js';
import type { AttributeValue, AttributeValues } from '../../protocol/attributes.js';

export interface ValueDifferences {
  /** Values that are stated and differ. */
  readonly given: AttributeValues;
  /** Values that are stated and the same, but were set here or stated by another upstream. */
  readonly adopted: readonly StoredValue[];
  /** The names of those that the upstream stated before, and does not any more. */
  readonly missing: readonly string[];
}

/** Values of a list come in any order. */
const asSet = (value: AttributeValue | undefined): unknown => (Array.isArray(value) ? new Set(value) : value);

/** What is between the values that a user has and those that an upstream states. */
export function valueDifferences(
  stored: readonly StoredValue[],
  stated: AttributeValues,
  upstreamId: string,
): ValueDifferences {
  const present = new Map(stored.map((one) => [one.name, one]));
  const isSame = (name: string): boolean =>
    isDeepStrictEqual(asSet(present.get(name)?.value), asSet(stated[name]));
  const isOwn = (one: StoredValue): boolean => one.upstreamId === upstreamId;
  const isStated = ({ name }: StoredValue): boolean => Object.hasOwn(stated, name);
  return {
    given: Object.fromEntries(Object.entries(stated).filter(([name]) => !isSame(name))),
    adopted: stored.filter((one) => isStated(one) && isSame(one.name) && !isOwn(one)),
    missing: stored.filter((one) => isOwn(one) && !isStated(one)).map(({ name }) => name),
  };
}
