import { type AttributePath, commonAttributes, resolvePath, type ResourceType } from './attribute.js';
import type { Resource } from './resource-values.js';
import { badRequest } from './scim-error.js';

/** Which attributes a response has (RFC 7644 §3.9); undefined for the default ones. */
export interface Projection {
  readonly only: readonly AttributePath[] | undefined;
  readonly without: readonly AttributePath[];
}

/** The most names in a parameter. */
const maxNames = 100;

/**
 * Reads the parameters `attributes` and `excludedAttributes`: names separated by commas, or lists of names. What is not known is ignored.
 * @throws ScimError 400
 */
export function readProjection(type: ResourceType, attributes: unknown, excluded: unknown): Projection {
  const [only, without] = [
    namesOf('attributes', attributes),
    namesOf('excludedAttributes', excluded),
  ] as const;
  if (only && without)
    throw badRequest('invalidValue', 'attributes and excludedAttributes cannot be given together');
  const resolved = (names: readonly string[]): AttributePath[] =>
    names.flatMap((name) => resolvePath(type, name) ?? []);
  return { only: only && resolved(only), without: resolved(without ?? []) };
}

function namesOf(parameter: string, given: unknown): string[] | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  const names = typeof given === 'string' ? given.split(',') : given;
  if (!Array.isArray(names) || names.length > maxNames || names.some((name) => typeof name !== 'string'))
    throw badRequest('invalidValue', `${parameter} must be up to ${maxNames} names, separated by commas`);
  return names.map((name: string) => name.trim());
}

/** Whether the response has an attribute of the core schema, so that it has to be read at all. */
export function includes({ only, without }: Projection, name: string): boolean {
  const isMeant = (path: AttributePath): boolean =>
    path.extension === undefined && path.attribute?.name === name;
  return only ? only.some(isMeant) : !without.some((path) => isMeant(path) && path.sub === undefined);
}

/** Whether the response has anything of an extension, likewise. */
export function includesExtension({ only, without }: Projection, id: string): boolean {
  return only
    ? only.some(({ extension }) => extension === id)
    : !without.some(({ extension, attribute }) => extension === id && attribute === undefined);
}

/** The resource with the attributes that were asked for, and those that are always returned. */
export function project({ only, without }: Projection, resource: Resource): Resource {
  if (only) {
    const projected: Resource = {};
    for (const { name, returned } of commonAttributes)
      if (returned === 'always' && resource[name] !== undefined) projected[name] = resource[name];
    for (const path of only) keep(projected, resource, path);
    return projected;
  }
  if (without.length === 0) return resource;
  const projected = structuredClone(resource);
  for (const path of without) if (path.attribute?.returned !== 'always') omit(projected, path);
  return projected;
}

function keep(projected: Resource, resource: Resource, { extension, attribute, sub }: AttributePath): void {
  const [from, to] =
    extension === undefined
      ? [resource, projected]
      : [resource[extension] as Resource | undefined, { ...(projected[extension] as Resource | undefined) }];
  if (from === undefined) return;
  if (!attribute) Object.assign(to, from);
  else if (from[attribute.name] !== undefined)
    to[attribute.name] = sub
      ? subOf(from[attribute.name], to[attribute.name], sub.name)
      : from[attribute.name];
  if (extension !== undefined && Object.keys(to).length > 0) projected[extension] = to;
}

/** The sub-attribute alone, with those that were kept before. */
function subOf(value: unknown, kept: unknown, sub: string): unknown {
  if (Array.isArray(value))
    return value.map((one, index) => subOf(one, Array.isArray(kept) ? kept[index] : undefined, sub));
  const member = (value as Resource)[sub];
  return { ...(kept as Resource | undefined), ...(member === undefined ? {} : { [sub]: member }) };
}

function omit(resource: Resource, { extension, attribute, sub }: AttributePath): void {
  const holder = extension === undefined ? resource : (resource[extension] as Resource | undefined);
  if (!holder) return;
  if (!attribute) delete resource[extension ?? ''];
  else if (!sub) delete holder[attribute.name];
  else for (const one of [holder[attribute.name]].flat()) if (one) delete (one as Resource)[sub.name];
}
