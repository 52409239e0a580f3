import { attributeBounds, type AttributeType } from '../attributes.js';
import type { Attribute, Schema } from './attribute.js';

/** The extension of the attributes that administrators define. Entra ID wants those that are not standard in this form. */
export const attributesSchema = 'urn:ietf:params:scim:schemas:extension:eyrie:2.0:User';

/** An attribute that an administrator defined. */
export interface DefinedAttribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly label: string;
  readonly description: string | null;
  /** The only values that there are; null if any will do. */
  readonly allowedValues: readonly string[] | null;
}

/** What refusals call an attribute. */
export const attributePath = (name: string): string => `${attributesSchema}:${name}`;

/** Those that SCIM can tell apart, whose names are compared in any case (RFC 7643 §2.1): the first of each name. */
export function distinctNames<Definition extends { readonly name: string }>(
  definitions: readonly Definition[],
): Definition[] {
  const byName = new Map<string, Definition>();
  for (const definition of definitions) {
    const key = definition.name.toLowerCase();
    if (!byName.has(key)) byName.set(key, definition);
  }
  return [...byName.values()];
}

export const attributesExtension = (definitions: readonly DefinedAttribute[]): Schema => ({
  id: attributesSchema,
  name: 'UserAttributes',
  description: 'The attributes that are defined beside the standard ones',
  attributes: definitions.map(toAttribute),
});

const { maxText, maxItem } = attributeBounds;

/** What the values of a type are in SCIM. */
const characteristics: Readonly<Record<AttributeType, Partial<Attribute>>> = {
  text: { caseExact: true, maxLength: maxText },
  texts: { caseExact: true, maxLength: maxItem, multiValued: true },
  date: { caseExact: true, isDay: true },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
};

const toAttribute = ({ name, type, label, description, allowedValues }: DefinedAttribute): Attribute => ({
  name,
  description: description === null ? label : `${label}: ${description}`,
  path: attributePath(name),
  ...characteristics[type],
  ...(allowedValues ? { canonicalValues: allowedValues } : {}),
});
