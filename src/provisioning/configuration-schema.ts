import type { Type } from '@nestjs/common';
import { currentNames, translatableMembers } from '../protocol/client-metadata/members.js';
import { schemaOfClass } from './class-schema.js';
import { ClaimPresetEntry, ClaimRuleEntry } from './claim-entries.js';
import {
  AttributeEntry,
  AssertionPolicyEntry,
  ClientEntry,
  DetailTypeEntry,
  GroupEntry,
  ResourceEntry,
  RoleEntry,
  TrustedIssuerEntry,
  UpstreamEntry,
  UserEntry,
} from './configuration-file.dto.js';
import type { Section } from './sections.js';
import { textWithReference } from './json-schema.js';
import { OrganizationEntry } from './organization-entries.js';
import { type SecretSection, secretFields } from './secret-entries.js';

type Schema = ReturnType<typeof schemaOfClass>;

/** The JSON Schema (draft 2020-12) of configuration files: what the reader says of them without the database. */
export function configurationSchema(): object {
  const entries: Readonly<Record<Section, object>> = {
    resources: schemaOfClass(ResourceEntry),
    authorization_details_types: schemaOfClass(DetailTypeEntry),
    clients: client(),
    roles: schemaOfClass(RoleEntry),
    groups: schemaOfClass(GroupEntry),
    claims: claim(),
    upstreams: schemaOfClass(UpstreamEntry),
    attributes: schemaOfClass(AttributeEntry),
    trusted_issuers: schemaOfClass(TrustedIssuerEntry),
    assertion_policies: schemaOfClass(AssertionPolicyEntry),
    users: withLongSecret(UserEntry, 'users'),
    organizations: schemaOfClass(OrganizationEntry),
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of Eyrie',
    description: 'Files for `eyrie plan` and `eyrie apply`: see docs/configuration.md',
    type: 'object',
    minProperties: 1,
    properties: Object.fromEntries(
      Object.entries(entries).map(([section, items]) => [section, { type: ['array', 'null'], items }]),
    ),
    additionalProperties: false,
    $defs: { textWithReference },
  };
}

/** A client also has members in other languages, and members under names of earlier releases. */
function client(): object {
  const { properties, required, ...others } = withLongSecret(ClientEntry, 'clients');
  const formerNames = [...currentNames].map(
    ([former, name]) =>
      [former, { ...properties[name], deprecated: true, description: `Now ${name}` }] as const,
  );
  return {
    ...others,
    properties: { ...properties, ...Object.fromEntries(formerNames) },
    patternProperties: Object.fromEntries(
      translatableMembers.map((name) => [`^${name}#[A-Za-z]`, { type: 'string', minLength: 1 }]),
    ),
    required: [...required, 'client_id'],
  };
}

/** A rule or a preset. The name of a claim may be a text. */
function claim(): object {
  const rule = schemaOfClass(ClaimRuleEntry);
  const { claim: path, ...properties } = rule.properties;
  return {
    anyOf: [
      schemaOfClass(ClaimPresetEntry),
      {
        ...rule,
        properties: { ...properties, claim: { anyOf: [{ type: 'string', minLength: 1 }, path] } },
      },
    ],
  };
}

/** A class whose secret may also have the long form, as `plainSecrets` reads it. */
function withLongSecret(type: Type<object>, section: SecretSection): Schema {
  const schema = schemaOfClass(type);
  const field = secretFields[section];
  const forms = ['value', 'env', 'file'] as const;
  const { [field]: value, [`${field}_env`]: env, [`${field}_file`]: file } = schema.properties;
  const long = {
    type: 'object',
    properties: { value, env, file, enforce: { type: 'boolean' } },
    oneOf: forms.map((form) => ({ required: [form] })),
    additionalProperties: false,
  };
  return { ...schema, properties: { ...schema.properties, [field]: { anyOf: [value, long] } } };
}

/** The schema as a file. */
export const schemaText = (): string => `${JSON.stringify(configurationSchema(), null, 2)}\n`;
