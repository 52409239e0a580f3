import { type Attribute, named, titleOf } from './attribute.js';
import type { Filter, FilterValue } from './filter.js';
import { badRequest } from './scim-error.js';

/** A value of a complex attribute. */
export type ComplexValue = Readonly<Record<string, unknown>>;

/**
 * Whether a value of a multi-valued attribute meets a filter in the brackets of a path.
 * @throws ScimError 400 invalidFilter if the attribute has no such sub-attribute
 */
export function meets(filter: Filter, attribute: Attribute, value: ComplexValue): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.of.every((part) => meets(part, attribute, value));
    case 'or':
      return filter.of.some((part) => meets(part, attribute, value));
    case 'not':
      return !meets(filter.of, attribute, value);
    case 'values':
      throw badRequest('invalidFilter', 'brackets cannot stand within brackets');
    case 'present':
      return value[subOf(attribute, filter.path).name] !== undefined;
    default: {
      const sub = subOf(attribute, filter.path);
      return compares(filter.by, comparable(sub, value[sub.name]), comparable(sub, filter.value));
    }
  }
}

function subOf(attribute: Attribute, name: string): Attribute {
  const sub = named(attribute.subAttributes ?? [], name);
  if (!sub) throw badRequest('invalidFilter', `${titleOf(attribute)} has no ${name}`);
  return sub;
}

/** Text as it is compared; booleans are understood as text too, as Entra ID sends them. */
function comparable(sub: Attribute, value: unknown): FilterValue {
  if (sub.type === 'boolean') return value === true || (typeof value === 'string' && /^true$/i.test(value));
  if (typeof value !== 'string') return (value ?? null) as FilterValue;
  return sub.caseExact ? value : value.toLowerCase();
}

function compares(by: string, left: FilterValue, right: FilterValue): boolean {
  if (by === 'eq') return left === right;
  if (by === 'ne') return left !== right;
  if (left === null || right === null) return false;
  const [text, other] = [String(left), String(right)];
  if (by === 'co') return text.includes(other);
  if (by === 'sw') return text.startsWith(other);
  if (by === 'ew') return text.endsWith(other);
  const order = text < other ? -1 : text > other ? 1 : 0;
  return { gt: order > 0, ge: order >= 0, lt: order < 0, le: order <= 0 }[by] ?? false;
}
