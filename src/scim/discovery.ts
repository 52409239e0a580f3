import type { Attribute, ResourceType, Schema } from '../protocol/scim/attribute.js';
import { pageSizes } from '../protocol/scim/list-request.js';
import { bulkLimits } from './bulk-request.js';

/** The attribute with all its characteristics (RFC 7643 §7). */
function described({ maxLength: _length, isDay: _day, path: _path, ...attribute }: Attribute): object {
  const { type = 'string', subAttributes } = attribute;
  return {
    type,
    multiValued: false,
    required: false,
    ...(['boolean', 'integer', 'complex'].includes(type) ? {} : { caseExact: false }),
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...attribute,
    ...(subAttributes ? { subAttributes: subAttributes.map(described) } : {}),
  };
}

/** The document of a schema. */
export const describeSchema = ({ id, name, description, attributes }: Schema, base: string): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
  id,
  name,
  description,
  attributes: attributes.map(described),
  meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` },
});

/** The document of a resource type (RFC 7643 §6). */
export const describeResourceType = (
  { name, endpoint, description, schema, extensions }: ResourceType,
  base: string,
): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
  id: name,
  name,
  endpoint,
  description,
  schema: schema.id,
  schemaExtensions: extensions.map(({ id }) => ({ schema: id, required: false })),
  meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
});

/** What is supported (RFC 7643 §5, RFC 9865 §4). */
export const describeService = (base: string): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: true, ...bulkLimits },
  filter: { supported: true, maxResults: pageSizes.max },
  changePassword: { supported: false },
  sort: { supported: true },
  etag: { supported: true },
  pagination: {
    cursor: true,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize: pageSizes.default,
    maxPageSize: pageSizes.max,
  },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'OAuth bearer token',
      description:
        'A token that an administrator made for the provisioning client, or an access token of a client with the scope eyrie.scim',
      specUri: 'https://www.rfc-editor.org/info/rfc6750',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
});
