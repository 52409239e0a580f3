import { dayIn } from '../attributes.js';
import {
  type Attribute,
  commonAttributes,
  named,
  type ResourceType,
  sameName,
  type Schema,
  titleOf,
} from './attribute.js';
import { badRequest } from './scim-error.js';

/** A resource with the names of its schema; extensions stand under their URIs. */
export type Resource = Record<string, unknown>;

/** The most values of a multi-valued attribute of a user. */
export const maxValues = 50;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a resource that a client sent. Names are taken in any case, what cannot be written or is not known is ignored (RFC 7644 §3.3),
 * and what is null or an empty list is not there (RFC 7643 §2.5).
 * @throws ScimError 400
 */
export function readResource(type: ResourceType, body: unknown): Resource {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'the body must be a JSON object');
  requireSchema(type.schema.id, body);
  const resource = readAttributes([...type.schema.attributes, ...commonAttributes], body);
  for (const extension of type.extensions) {
    const [, given] = Object.entries(body).find(([name]) => sameName(name, extension.id)) ?? [];
    const members = given === undefined || given === null ? {} : readExtension(extension, given);
    if (Object.keys(members).length > 0) resource[extension.id] = members;
  }
  return resource;
}

function readExtension(extension: Schema, given: unknown): Resource {
  return readAttributes(extension.attributes, extensionOf(extension, given));
}

/** @throws ScimError 400 invalidValue */
function extensionOf({ id }: Schema, given: unknown): Record<string, unknown> {
  if (!isObject(given)) throw badRequest('invalidValue', `${id} must be a JSON object`);
  return given;
}

/**
 * The attributes of an extension that can be written, with what a client sent for each of them.
 * @throws ScimError 400 invalidValue
 */
export const membersOf = (extension: Schema, given: unknown): [Attribute, unknown][] =>
  Object.entries(extensionOf(extension, given)).flatMap(([name, value]) => {
    const attribute = named(extension.attributes, name);
    return !attribute || attribute.mutability === 'readOnly' ? [] : [[attribute, value]];
  });

/** Whether a resource that a client sent has an extension, or says so (RFC 7643 §3). */
export function namesSchema(body: unknown, id: string): boolean {
  if (!isObject(body)) return false;
  const [, schemas] = Object.entries(body).find(([name]) => sameName(name, 'schemas')) ?? [];
  const names = [...Object.keys(body), ...(Array.isArray(schemas) ? schemas : [])];
  return names.some((name) => typeof name === 'string' && sameName(name, id));
}

/** A message says what it is (RFC 7644 §3.1). */
export function requireSchema(id: string, body: Record<string, unknown>): void {
  const { schemas } = body;
  const isNamed =
    Array.isArray(schemas) && schemas.some((one) => typeof one === 'string' && sameName(one, id));
  if (!isNamed) throw badRequest('invalidSyntax', `schemas must contain ${id}`);
}

function readAttributes(attributes: readonly Attribute[], given: Record<string, unknown>): Resource {
  const resource: Resource = {};
  for (const [name, value] of Object.entries(given)) {
    const attribute = named(attributes, name);
    if (!attribute || attribute.mutability === 'readOnly') continue;
    const read = readValue(attribute, value);
    if (read !== undefined) resource[attribute.name] = read;
  }
  return resource;
}

/**
 * Reads the value of an attribute, all of them if it has several.
 * @returns undefined for no value
 * @throws ScimError 400 invalidValue
 */
export function readValue(attribute: Attribute, value: unknown): unknown {
  if (!attribute.multiValued) return readOne(attribute, value);
  const given = Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
  const read = given.map((one) => readItem(attribute, one)).filter((one) => one !== undefined);
  if (attribute.name !== 'members' && read.length > maxValues)
    throw badRequest('invalidValue', `${titleOf(attribute)} can have ${maxValues} values at most`);
  return read.length === 0 ? undefined : attribute.type === 'complex' ? read : [...new Set(read)];
}

/** Entra ID sends texts of a list as objects with a `value`. */
function readItem(attribute: Attribute, item: unknown): unknown {
  if (attribute.type === 'complex' || !isObject(item)) return readOne(attribute, item);
  const [, value = item] = Object.entries(item).find(([name]) => sameName(name, 'value')) ?? [];
  return readOne(attribute, value);
}

/** Reads one value of an attribute. */
export function readOne(attribute: Attribute, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (attribute.type === 'complex') return readComplex(attribute, value);
  if (attribute.type === 'boolean') return readBoolean(attribute, value);
  if (attribute.type === 'integer') return readInteger(attribute, value);
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw badRequest('invalidValue', `${titleOf(attribute)} must be a string`);
  return readText(attribute, attribute.isDay ? dayIn(value) : value);
}

/** Entra ID sends the id of a manager, or a single address, as text. */
function readComplex(attribute: Attribute, value: unknown): Resource | undefined {
  const hasValue = named(attribute.subAttributes ?? [], 'value') !== undefined;
  const given = typeof value === 'string' && hasValue ? { value } : value;
  if (!isObject(given)) throw badRequest('invalidValue', `${titleOf(attribute)} must be a JSON object`);
  const read = readAttributes(attribute.subAttributes ?? [], given);
  return Object.keys(read).length === 0 ? undefined : read;
}

/** Entra ID sends "True" and "False". */
function readBoolean(attribute: Attribute, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw badRequest('invalidValue', `${titleOf(attribute)} must be true or false`);
}

/** Directories send digits as text. */
function readInteger(attribute: Attribute, value: unknown): number | undefined {
  if (value === '') return undefined;
  const read = typeof value === 'string' && /^-?\d{1,16}$/.test(value.trim()) ? Number(value) : value;
  // What JSON has as -0 is 0.
  if (typeof read === 'number' && Number.isSafeInteger(read)) return read + 0;
  throw badRequest('invalidValue', `${titleOf(attribute)} must be an integer`);
}

function readText(attribute: Attribute, value: string): string | undefined {
  const { maxLength = 255 } = attribute;
  const title = titleOf(attribute);
  if (value.length > 2 * maxLength || Array.from(value).length > maxLength)
    throw badRequest('invalidValue', `${title} can have ${maxLength} characters at most`);
  if (/[^\P{C}\n\r\t\p{Cf}\p{Cn}\p{Co}]/u.test(value))
    throw badRequest('invalidValue', `${title} must not contain control characters`);
  return value === '' ? undefined : value;
}
