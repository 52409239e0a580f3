import {
  type Attribute,
  type AttributePath,
  named,
  resolvePath,
  type ResourceType,
  sameName,
  titleOf,
} from './attribute.js';
import { type Filter, FilterReader } from './filter.js';
import { type ComplexValue, meets } from './filter-match.js';
import { maxValues, membersOf, readOne, readValue, requireSchema, type Resource } from './resource-values.js';
import { badRequest } from './scim-error.js';

export const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The most operations of a request. */
const maxOperations = 1_000;

/** An operation of a PATCH (RFC 7644 §3.5.2). */
export interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  /** Undefined if the value names what it changes. */
  readonly path: string | undefined;
  readonly value: unknown;
}

/** What an operation is about. */
export interface Target extends AttributePath {
  readonly filter: Filter | undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads the operations of a PATCH, with their names in any case. Those without a path become one for each member of their value, so that
 * every operation has one.
 * @throws ScimError 400
 */
export function readOperations(type: ResourceType, body: unknown): (Operation & { readonly path: string })[] {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'the body must be a JSON object');
  requireSchema(patchSchema, body);
  const [, list] = Object.entries(body).find(([name]) => sameName(name, 'Operations')) ?? [];
  if (!Array.isArray(list) || list.length === 0)
    throw badRequest('invalidSyntax', 'Operations must be a list with at least one operation');
  if (list.length > maxOperations)
    throw badRequest('invalidValue', `Operations can have ${maxOperations} operations at most`);
  return list.flatMap((item) => spread(type, readOperation(item)));
}

function readOperation(item: unknown): Operation {
  if (!isObject(item)) throw badRequest('invalidSyntax', 'each operation must be a JSON object');
  const {
    op: given,
    path,
    value,
  } = Object.fromEntries(Object.entries(item).map(([name, member]) => [name.toLowerCase(), member]));
  const op = (['add', 'remove', 'replace'] as const).find(
    (one) => typeof given === 'string' && sameName(one, given),
  );
  if (!op) throw badRequest('invalidSyntax', 'op must be add, remove or replace');
  if (path !== undefined && path !== null && typeof path !== 'string')
    throw badRequest('invalidPath', 'path must be a string');
  if (op === 'remove' && !path) throw badRequest('noTarget', 'remove needs a path');
  return { op, path: path || undefined, value };
}

/** Members that cannot be written are left out: Okta sends the id along. */
function spread(type: ResourceType, { op, path, value }: Operation): (Operation & { path: string })[] {
  if (path !== undefined) return [{ op, path, value }];
  if (!isObject(value)) throw badRequest('invalidValue', 'without a path, value must be a JSON object');
  return Object.entries(value).flatMap(([name, member]) => {
    const target = resolvePath(type, withoutFilter(name));
    if (!target || target.attribute?.mutability === 'readOnly') return [];
    return [{ op, path: name, value: member }];
  });
}

function withoutFilter(path: string): string {
  const [start, end] = [path.indexOf('['), path.lastIndexOf(']')];
  return start < 0 ? path : path.slice(0, start) + path.slice(Math.max(start, end) + 1);
}

/**
 * Finds what a path names: `attribute`, `attribute.sub`, `attribute[filter]` or `attribute[filter].sub`, after a schema or not.
 * @throws ScimError 400 invalidPath, or mutability if it cannot be written
 */
export function readTarget(type: ResourceType, path: string): Target {
  const bracket = path.indexOf('[');
  let filter: Filter | undefined;
  let plain = path;
  if (bracket >= 0) {
    const reader = new FilterReader(path, bracket + 1);
    filter = reader.either();
    reader.expect(']');
    plain = path.slice(0, bracket) + path.slice(reader.position);
  }
  const target = resolvePath(type, plain.trim());
  if (!target || (filter && !target.attribute?.multiValued))
    throw badRequest('invalidPath', `${type.name} has no such attribute: ${plain.slice(0, 100)}`);
  const last = target.sub ?? target.attribute;
  if (last?.mutability === 'readOnly' || target.attribute?.mutability === 'readOnly')
    throw badRequest('mutability', `${last?.name} cannot be changed`);
  return { ...target, filter };
}

/**
 * Applies one operation to a resource, in place.
 * @throws ScimError 400
 */
export function applyOperation(
  type: ResourceType,
  resource: Resource,
  { op, path, value }: Operation & { readonly path: string },
): void {
  const target = readTarget(type, path);
  const { extension, attribute } = target;
  if (extension !== undefined) {
    const schema = type.extensions.find(({ id }) => id === extension);
    const holder = { ...(resource[extension] as Resource | undefined) };
    if (attribute) change(holder, attribute, target, op, value);
    else if (op === 'remove') delete resource[extension];
    else if (schema)
      for (const [member, given] of membersOf(schema, value)) change(holder, member, whole, op, given);
    if (attribute || op !== 'remove') resource[extension] = holder;
    if (Object.keys(holder).length === 0) delete resource[extension];
  } else if (attribute) change(resource, attribute, target, op, value);
}

/** All of an attribute. */
const whole = { sub: undefined, filter: undefined };

function change(
  holder: Resource,
  attribute: Attribute,
  { sub, filter }: Pick<Target, 'sub' | 'filter'>,
  op: Operation['op'],
  value: unknown,
): void {
  const { name } = attribute;
  const after = attribute.multiValued
    ? attribute.type === 'complex'
      ? changedValues((holder[name] ?? []) as ComplexValue[], attribute, { sub, filter, op, value })
      : changedTexts((holder[name] ?? []) as string[], attribute, { sub, filter, op, value })
    : changedValue(holder[name], attribute, sub, op, value);
  const isEmpty = after === undefined || (Array.isArray(after) && after.length === 0);
  if (isEmpty) delete holder[name];
  else holder[name] = after;
}

function changedValue(
  present: unknown,
  attribute: Attribute,
  sub: Attribute | undefined,
  op: Operation['op'],
  value: unknown,
): unknown {
  if (!sub) {
    const read = op === 'remove' ? undefined : readOne(attribute, value);
    return isObject(read) && isObject(present) ? { ...present, ...read } : read;
  }
  return withSub(isObject(present) ? present : {}, sub, op === 'remove' ? undefined : readOne(sub, value));
}

/** A complex value with another sub-attribute; undefined if nothing is left of it. */
function withSub(present: ComplexValue, sub: Attribute, value: unknown): ComplexValue | undefined {
  const { [sub.name]: _, ...rest } = present;
  const after = value === undefined ? rest : { ...rest, [sub.name]: value };
  return Object.keys(after).length === 0 ? undefined : after;
}

interface ValuesChange {
  readonly sub: Attribute | undefined;
  readonly filter: Filter | undefined;
  readonly op: Operation['op'];
  readonly value: unknown;
}

/** A list of texts is changed like one of complex values that have a `value` alone. @throws ScimError 400 */
function changedTexts(present: readonly string[], attribute: Attribute, asked: ValuesChange): unknown[] {
  const { subAttributes: _, multiValued: __, ...text } = attribute;
  const complex: Attribute = {
    ...attribute,
    type: 'complex',
    subAttributes: [{ ...text, name: 'value', path: titleOf(attribute) }],
  };
  const [first, ...more] = ((readValue(attribute, asked.value) ?? []) as string[]).map((value) => ({
    value,
  }));
  if (asked.filter && more.length > 0)
    throw badRequest('invalidValue', `${titleOf(attribute)} takes one value where a filter names one`);
  const given = first && (asked.filter ? first : [first, ...more]);
  const after = changedValues(
    present.map((value) => ({ value })),
    complex,
    { ...asked, value: given },
  );
  return [...new Set(after.map(({ value }) => value))];
}

/** @throws ScimError 400 if there are too many then: each operation costs in proportion to those that are there */
function changedValues(
  present: readonly ComplexValue[],
  attribute: Attribute,
  asked: ValuesChange,
): ComplexValue[] {
  const after = valuesAfter(present, attribute, asked);
  if (after.length > maxValues)
    throw badRequest('invalidValue', `${titleOf(attribute)} can have ${maxValues} values at most`);
  return after;
}

function valuesAfter(
  present: readonly ComplexValue[],
  attribute: Attribute,
  { sub, filter, op, value }: ValuesChange,
): ComplexValue[] {
  const isMeant = (one: ComplexValue): boolean => !filter || meets(filter, attribute, one);
  if (op === 'remove' && !sub)
    return present.filter((one) => !isMeant(one) || !isListed(attribute, one, value));
  if (!sub && !filter) {
    const read = (readValue(attribute, value) ?? []) as ComplexValue[];
    return op === 'replace' ? onePrimary(read, read) : onePrimary(merged(present, read), read);
  }
  const made = op === 'remove' ? undefined : sub ? readOne(sub, value) : readOne(attribute, value);
  const revised = (one: ComplexValue): ComplexValue | undefined =>
    sub
      ? withSub(one, sub, made)
      : op === 'replace'
        ? (made as ComplexValue)
        : { ...one, ...(made as object) };
  if (op === 'remove' || present.some(isMeant)) {
    const after = present.map((one) => (isMeant(one) ? revised(one) : one));
    const changed = after.filter((one, index) => one !== present[index]);
    return onePrimary(
      after.filter((one) => one !== undefined),
      changed.filter((one) => one !== undefined),
    );
  }
  // Entra ID sets `emails[type eq "work"].value` of a user without any.
  const fresh = revised(filter ? describedBy(filter, attribute) : {});
  return fresh === undefined ? [...present] : onePrimary([...present, fresh], [fresh]);
}

/** Entra ID names the values to remove in `value`; without any, all are meant. */
function isListed(attribute: Attribute, one: ComplexValue, value: unknown): boolean {
  const listed = readValue(attribute, value) as ComplexValue[] | undefined;
  return listed === undefined || listed.some((item) => item['value'] === one['value']);
}

/** The present values, and those that are not among them. */
function merged(present: readonly ComplexValue[], added: readonly ComplexValue[]): ComplexValue[] {
  const same = (left: ComplexValue, right: ComplexValue): boolean =>
    left['value'] !== undefined && left['value'] === right['value'] && left['type'] === right['type'];
  return [
    ...present.map((one) => ({ ...one, ...added.find((item) => same(item, one)) })),
    ...added.filter((item) => !present.some((one) => same(item, one))),
  ];
}

/** "The primary attribute value 'true' MUST appear no more than once" (RFC 7643 §2.4): the changed value wins. */
function onePrimary(values: readonly ComplexValue[], changed: readonly ComplexValue[]): ComplexValue[] {
  const isChanged = (one: ComplexValue): boolean =>
    changed.some((item) => item['value'] === one['value'] && item['type'] === one['type']);
  const primary =
    values.findIndex((one) => one['primary'] === true && isChanged(one)) >= 0
      ? values.findIndex((one) => one['primary'] === true && isChanged(one))
      : values.findIndex((one) => one['primary'] === true);
  return values.map((one, index) => {
    if (index === primary || one['primary'] !== true) return one;
    const { primary: _, ...rest } = one;
    return rest;
  });
}

/** The value that a filter of equalities describes. @throws ScimError 400 noTarget for any other filter */
function describedBy(filter: Filter, attribute: Attribute): ComplexValue {
  if (filter.kind === 'and')
    return Object.assign({}, ...filter.of.map((part) => describedBy(part, attribute)));
  const sub = filter.kind === 'compare' && named(attribute.subAttributes ?? [], filter.path);
  if (filter.kind !== 'compare' || filter.by !== 'eq' || !sub)
    throw badRequest('noTarget', `no value of ${titleOf(attribute)} meets the filter`);
  return { [sub.name]: readOne(sub, filter.value) };
}
