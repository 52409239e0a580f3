import { maxScimBodyBytes } from '../http/json-bodies.js';
import { requireSchema } from '../protocol/scim/resource-values.js';
import { badRequest, ScimError } from '../protocol/scim/scim-error.js';

/** What a bulk request can hold (RFC 7644 §3.7.4). */
export const bulkLimits = { maxOperations: 100, maxPayloadSize: maxScimBodyBytes } as const;

const bulkSchema = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

/** One operation of a bulk request. */
export interface BulkOperation {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly type: 'Users' | 'Groups';
  /** Undefined for what is to be created. */
  readonly id: string | undefined;
  readonly bulkId: string | undefined;
  /** The entity tag that the resource must have. */
  readonly version: string | undefined;
  readonly data: unknown;
}

export interface BulkRequest {
  /** Errors after which nothing more is done; undefined for any number. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly unknown[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws ScimError 400, or 413 if it has too many operations */
export function readBulkRequest(body: unknown): BulkRequest {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'the body must be a JSON object');
  requireSchema(bulkSchema, body);
  const { Operations: operations, failOnErrors } = body;
  if (!Array.isArray(operations)) throw badRequest('invalidSyntax', 'Operations must be a list');
  if (failOnErrors !== undefined && (!Number.isInteger(failOnErrors) || Number(failOnErrors) < 0))
    throw badRequest('invalidSyntax', 'failOnErrors must be an integer');
  if (operations.length > bulkLimits.maxOperations)
    throw new ScimError(
      413,
      undefined,
      `a bulk request can have ${bulkLimits.maxOperations} operations at most`,
    );
  return { operations, failOnErrors: Number(failOnErrors ?? 0) || undefined };
}

/** @throws ScimError 400 */
export function readBulkOperation(given: unknown): BulkOperation {
  if (!isObject(given)) throw badRequest('invalidSyntax', 'each operation must be a JSON object');
  const { method, path, bulkId, version, data } = given;
  const known = (['POST', 'PUT', 'PATCH', 'DELETE'] as const).find(
    (one) => typeof method === 'string' && one === method.toUpperCase(),
  );
  if (!known) throw badRequest('invalidSyntax', 'method must be POST, PUT, PATCH or DELETE');
  const [, type, id] = /^\/?(Users|Groups)(?:\/([^/?#]+))?$/.exec(typeof path === 'string' ? path : '') ?? [];
  if ((type !== 'Users' && type !== 'Groups') || (known === 'POST') !== (id === undefined))
    throw badRequest('invalidPath', 'path must be /Users or /Groups, with an id after it except for POST');
  if (bulkId !== undefined && typeof bulkId !== 'string')
    throw badRequest('invalidSyntax', 'bulkId must be a string');
  if (version !== undefined && version !== null && typeof version !== 'string')
    throw badRequest('invalidSyntax', 'version must be a string');
  return { method: known, type, id, bulkId, version: version ?? undefined, data };
}

/** The bulkIds that an operation refers to (RFC 7644 §3.7.2). */
export const referencesOf = (operation: unknown): string[] =>
  [...JSON.stringify(operation ?? null).matchAll(/"(?:\/?(?:Users|Groups)\/)?bulkId:([^"\\]+)"/g)].map(
    ([, id = '']) => id,
  );

/** The operation with the ids of what was created in the place of bulkIds. */
export function withIds(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string')
    return value.replace(/^((?:\/?(?:Users|Groups)\/)?)bulkId:(.+)$/, (all, path: string, id: string) =>
      ids.has(id) ? `${path}${ids.get(id)}` : all,
    );
  if (Array.isArray(value)) return value.map((item) => withIds(item, ids));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withIds(member, ids)]));
}
