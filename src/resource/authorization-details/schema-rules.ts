import type { DetailSchema } from './definition.js';

/** Of a schema as JSON. */
export const schemaBounds = { maxBytes: 16_384, maxDepth: 16 } as const;

/** Where a keyword holds further schemas: it is one, a list or an object of them; undefined for any other value. */
type Holds = 'schema' | 'schemas' | undefined;

/**
 * The keywords that a schema may have. There are no references, so that its work has an end, and no regular expressions: what strangers
 * send would meet them.
 */
const keywords = new Map<string, Holds>([
  ...names(
    undefined,
    '$schema $comment title description examples default deprecated type enum const required dependentRequired ' +
      'minProperties maxProperties minItems maxItems minContains maxContains uniqueItems minLength maxLength ' +
      'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf',
  ),
  ...names(
    'schema',
    'additionalProperties unevaluatedProperties propertyNames items unevaluatedItems contains not if then else',
  ),
  ...names('schemas', 'properties dependentSchemas prefixItems allOf anyOf oneOf'),
]);

function names(holds: Holds, keywordsOfKind: string): [string, Holds][] {
  return keywordsOfKind.split(' ').map((name) => [name, holds]);
}

/** What is wrong with the size or the keywords of a schema, as a predicate; undefined if nothing is. */
export function schemaProblem(schema: DetailSchema): string | undefined {
  if (new TextEncoder().encode(JSON.stringify(schema)).length > schemaBounds.maxBytes)
    return `must be at most ${schemaBounds.maxBytes} bytes of JSON`;
  if (isTooDeep(schema, schemaBounds.maxDepth))
    return `must not be nested deeper than ${schemaBounds.maxDepth}`;
  const foreign = foreignKeyword(schema);
  if (foreign !== undefined) return `must not have the keyword ${foreign.slice(0, 50)}`;
  const { type = 'object' } = schema;
  return type === 'object' ? undefined : 'must be of the type object';
}

function isTooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((member) => isTooDeep(member, left - 1));
}

function foreignKeyword(schema: unknown): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  for (const [keyword, value] of Object.entries(schema)) {
    if (!keywords.has(keyword)) return keyword;
    const found = inside(keywords.get(keyword), value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inside(holds: Holds, value: unknown): string | undefined {
  if (holds === 'schema') return foreignKeyword(value);
  if (holds === undefined || typeof value !== 'object' || value === null) return undefined;
  for (const one of Object.values(value)) {
    const found = foreignKeyword(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
