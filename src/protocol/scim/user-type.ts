import type { Attribute, ResourceType, Schema } from './attribute.js';
import { attributesExtension, type DefinedAttribute } from './attributes-extension.js';

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const values = (name: string, description: string, canonicalValues?: readonly string[]): Attribute => ({
  name,
  description,
  type: 'complex',
  multiValued: true,
  subAttributes: [
    { name: 'value', description: 'The value', maxLength: 1_024 },
    { name: 'display', description: 'The value in words' },
    { name: 'type', description: 'What it is for', ...(canonicalValues ? { canonicalValues } : {}) },
    { name: 'primary', description: 'Whether it is the preferred one', type: 'boolean' },
  ],
});

const text = (name: string, description: string): Attribute => ({ name, description });

/** The user of RFC 7643 §4.1, without passwords, instant messaging and certificates. */
const coreUser: Schema = {
  id: userSchema,
  name: 'User',
  description: 'People who sign in',
  attributes: [
    {
      name: 'userName',
      description: 'The name to sign in with; nobody else has it',
      required: true,
      uniqueness: 'server',
    },
    {
      name: 'name',
      description: 'The parts of the name',
      type: 'complex',
      subAttributes: [
        text('formatted', 'The full name'),
        text('familyName', 'The family name'),
        text('givenName', 'The given name'),
        text('middleName', 'The middle names'),
        text('honorificPrefix', 'The title before the name'),
        text('honorificSuffix', 'The suffix after the name'),
      ],
    },
    text('displayName', 'The name as it is shown, and as the claim `name` holds it'),
    text('nickName', 'The casual name'),
    {
      name: 'profileUrl',
      description: 'The URL of a page about the user',
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
      maxLength: 2_048,
    },
    text('title', 'The job title'),
    text('userType', 'The kind of affiliation, such as Employee'),
    text('preferredLanguage', 'The preferred languages, as in Accept-Language'),
    text('locale', 'The language tag for texts and formats'),
    text('timezone', 'The time zone, by its name in the IANA database'),
    {
      name: 'active',
      description: 'Whether the user can sign in. If not, sessions, grants and tokens end',
      type: 'boolean',
    },
    values(
      'emails',
      'E-mail addresses. The account has the primary one, or else the first of the type work, or else the first',
      ['work', 'home', 'other'],
    ),
    values('phoneNumbers', 'Phone numbers. The account has one, chosen as with e-mail addresses', [
      'work',
      'home',
      'mobile',
      'fax',
      'pager',
      'other',
    ]),
    values('photos', 'URLs of photos', ['photo', 'thumbnail']),
    {
      name: 'addresses',
      description: 'Postal addresses',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        { name: 'formatted', description: 'The whole address', maxLength: 1_024 },
        { name: 'streetAddress', description: 'Street and number', maxLength: 1_024 },
        text('locality', 'The city'),
        text('region', 'The state or region'),
        text('postalCode', 'The postal code'),
        text('country', 'The country'),
        { name: 'type', description: 'What it is for', canonicalValues: ['work', 'home', 'other'] },
        { name: 'primary', description: 'Whether it is the preferred one', type: 'boolean' },
      ],
    },
    {
      name: 'groups',
      description: 'The groups that the user was added to; they are changed at the group',
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
      subAttributes: [
        { name: 'value', description: 'The id of the group', mutability: 'readOnly', caseExact: true },
        {
          name: '$ref',
          description: 'The URL of the group',
          type: 'reference',
          referenceTypes: ['Group'],
          mutability: 'readOnly',
          caseExact: true,
        },
        { name: 'display', description: 'The name of the group', mutability: 'readOnly' },
        {
          name: 'type',
          description: 'How the user is a member',
          mutability: 'readOnly',
          canonicalValues: ['direct'],
        },
      ],
    },
    values('entitlements', 'Rights elsewhere; Eyrie only keeps them'),
    values('roles', 'Roles elsewhere; Eyrie only keeps them'),
  ],
};

/** The extension of RFC 7643 §4.3. */
const enterpriseUser: Schema = {
  id: enterpriseSchema,
  name: 'EnterpriseUser',
  description: 'People of a company',
  attributes: [
    { name: 'employeeNumber', description: 'The number of the employee', caseExact: true },
    text('costCenter', 'The cost center'),
    text('organization', 'The organization'),
    text('division', 'The division'),
    text('department', 'The department'),
    {
      name: 'manager',
      description: 'The manager',
      type: 'complex',
      subAttributes: [
        {
          name: 'value',
          description: 'The id of the manager, as the provisioning client gives it',
          caseExact: true,
        },
        {
          name: '$ref',
          description: 'The URL of the manager',
          type: 'reference',
          referenceTypes: ['User'],
          mutability: 'readOnly',
          caseExact: true,
        },
        { name: 'displayName', description: 'The name of the manager', mutability: 'readOnly' },
      ],
    },
  ],
};

/** Users with these attributes beside the standard ones, which no two have in different cases. */
export const userTypeOf = (attributes: readonly DefinedAttribute[]): ResourceType => ({
  name: 'User',
  endpoint: '/Users',
  description: 'People who sign in',
  schema: coreUser,
  extensions: [enterpriseUser, ...(attributes.length === 0 ? [] : [attributesExtension(attributes)])],
});
