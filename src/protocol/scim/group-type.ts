import type { ResourceType } from './attribute.js';

export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** The group of RFC 7643 §4.2. Its members are people: groups are nested in the admin API. */
export const groupType: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Groups of people',
  schema: {
    id: groupSchema,
    name: 'Group',
    description: 'Groups of people',
    attributes: [
      {
        name: 'displayName',
        description: 'The name, as tokens hold it; no other group has it',
        required: true,
        caseExact: true,
        uniqueness: 'server',
      },
      {
        name: 'members',
        description: 'The people who were added to the group',
        type: 'complex',
        multiValued: true,
        subAttributes: [
          { name: 'value', description: 'The id of the user', mutability: 'immutable', caseExact: true },
          {
            name: '$ref',
            description: 'The URL of the user',
            type: 'reference',
            referenceTypes: ['User'],
            mutability: 'immutable',
            caseExact: true,
          },
          { name: 'type', description: 'What it is', mutability: 'immutable', canonicalValues: ['User'] },
          { name: 'display', description: 'The username', mutability: 'readOnly' },
        ],
      },
    ],
  },
  extensions: [],
};
