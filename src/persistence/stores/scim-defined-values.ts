import type { Attribute } from '../../protocol/scim/attribute.js';
import type { FilterValue } from '../../protocol/scim/filter.js';
import { readOne } from '../../protocol/scim/resource-values.js';
import { badRequest, ScimError } from '../../protocol/scim/scim-error.js';
import type { Database } from '../database.js';
import type { Condition } from '../sql.js';

/** The value that a user has of an attribute that an administrator defined. It is kept as JSON. */
export interface DefinedValue {
  readonly kind: 'defined';
  readonly attribute: Attribute;
  /** The id of its definition. */
  readonly id: string;
}

const withAttribute = 'u.id IN (SELECT v.user_id FROM user_attributes v WHERE v.attribute_id = ?';

export const hasValue = ({ id }: DefinedValue): Condition => ({ sql: `${withAttribute})`, values: [id] });

/**
 * The condition that a user has this value; of a list, among others.
 * @throws ScimError 400 invalidFilter if it can be none of the attribute
 */
export function isValue(database: Database, { attribute, id }: DefinedValue, value: FilterValue): Condition {
  const isIt = attribute.multiValued ? database.listContains('v.value') : 'v.value = ?';
  return { sql: `${withAttribute} AND ${isIt})`, values: [id, JSON.stringify(comparable(attribute, value))] };
}

/** As it is stored. No stored value is an empty text. */
function comparable(attribute: Attribute, value: FilterValue): unknown {
  try {
    return readOne(attribute, value) ?? '';
  } catch (error) {
    throw error instanceof ScimError ? badRequest('invalidFilter', error.message) : error;
  }
}
