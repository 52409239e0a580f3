import { isDeepStrictEqual } from 'node:util';
import { rulesOf, type AttributeChanges } from '../directory/attributes/user-attributes.js';
import type { UserType } from '../persistence/stores/scim-search.store.js';
import { attributeProblem, type AttributeValues } from '../protocol/attributes.js';
import { attributePath, attributesSchema } from '../protocol/scim/attributes-extension.js';
import type { Resource } from '../protocol/scim/resource-values.js';
import { badRequest } from '../protocol/scim/scim-error.js';

/** What differs between the values of two states; null for a value that goes. */
export function attributeChanges(before: AttributeValues, after: AttributeValues): AttributeChanges {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names]
      .filter((name) => !isDeepStrictEqual(before[name], after[name]))
      .map((name) => [name, after[name] ?? null]),
  );
}

/** @throws ScimError 400 invalidValue naming the first attribute that cannot have the value */
export function requireAttributeChanges({ definitions }: UserType, changes: AttributeChanges): void {
  for (const definition of definitions) {
    const value = changes[definition.name] ?? null;
    const problem = value === null ? undefined : attributeProblem(rulesOf(definition), value);
    if (problem !== undefined)
      throw badRequest('invalidValue', `${attributePath(definition.name)} ${problem}`);
  }
}

/** The state after a replacement with the values that stay though they are omitted. @param kept their names; all if omitted */
export function withKeptAttributes(
  given: Resource,
  { [attributesSchema]: present = {} }: Resource,
  kept: readonly string[] | undefined,
): Resource {
  const staying = Object.entries(present as AttributeValues).filter(
    ([name]) => kept === undefined || kept.includes(name),
  );
  const values = {
    ...Object.fromEntries(staying),
    ...(given[attributesSchema] as AttributeValues | undefined),
  };
  return Object.keys(values).length === 0 ? given : { ...given, [attributesSchema]: values };
}
