import { requireSchema } from '../protocol/scim/resource-values.js';
import { badRequest } from '../protocol/scim/scim-error.js';

const searchSchema = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/**
 * Reads the body of a search (RFC 7644 §3.4.3): the parameters of a list.
 * @throws ScimError 400 invalidSyntax
 */
export function readSearch(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('invalidSyntax', 'the body must be a JSON object');
  requireSchema(searchSchema, body as Record<string, unknown>);
  return body as Record<string, unknown>;
}
