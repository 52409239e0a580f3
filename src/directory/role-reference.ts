import { plainToInstance, Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, ValidateNested } from 'class-validator';
import { PickType } from '@nestjs/swagger';
import { IsTexts } from '../resource/field-checks.js';
import { Field } from '../resource/fields.js';
import { maxNameLength } from './groups.dto.js';
import type { NamedOwner } from './role-owners.js';
import { CreateRoleDto } from './roles.dto.js';

/** The most groups or roles of an entry of a file. */
export const maxMemberships = 1_000;

/** A role as an entry names it: by its name, if it is one of the service, or with the client or resource whose role it is. */
export class RoleReference extends PickType(CreateRoleDto, ['name', 'client_id', 'resource']) {}

/** The groups of a user by their names; optional. */
export const GroupNamesField = (description: string): PropertyDecorator =>
  Field(
    {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: maxNameLength },
      maxItems: maxMemberships,
      uniqueItems: true,
    },
    [IsTexts({ minLength: 1, maxLength: maxNameLength, maxItems: maxMemberships })],
    { optional: true, description },
  );

/**
 * The roles of an entry: each a name, or a map of name and client_id or resource.
 * @param ofReference the schema of such a map
 */
export const RoleReferencesField = (description: string, ofReference: object): PropertyDecorator => {
  const schema = {
    type: 'array',
    items: {
      anyOf: [{ type: 'string', minLength: 1, maxLength: maxNameLength }, ofReference],
    },
    maxItems: maxMemberships,
  };
  const checks = [ArrayMaxSize(maxMemberships), IsArray(), ValidateNested({ each: true })];
  const field = Field(schema, checks, { optional: true, description });
  const toReferences = Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map(toReference) : value,
  );
  return (target, property) => {
    toReferences(target, property);
    field(target, property);
  };
};

function toReference(value: unknown): unknown {
  if (typeof value === 'string') return plainToInstance(RoleReference, { name: value });
  return typeof value === 'object' && value !== null ? plainToInstance(RoleReference, value) : value;
}

/** What tells a role from every other one. */
export const roleKey = ({ name, client_id, resource }: NamedOwner & { readonly name: string }): string =>
  JSON.stringify([name, client_id ?? null, resource ?? null]);
