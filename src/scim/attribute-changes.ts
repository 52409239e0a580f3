import { isDeepStrictEqual } from 'node:util';
import { rulesOf, type AttributeChanges } from '../directory/attributes/user-attributes.js';
import type { UserType } from '../persistence/stores/scim-search.store.js';
import { attributeProblem, type AttributeValues } from '../protocol/attributes.js';
import { attributePath } from '../protocol/scim/attributes-extension.js';
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
