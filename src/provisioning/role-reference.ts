import { plainToInstance, Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, ValidateNested } from 'class-validator';
import { PickType } from '@nestjs/swagger';
import type { NamedOwner } from '../directory/role-owners.js';
import { CreateRoleDto } from '../directory/roles.dto.js';
import { Field } from '../resource/fields.js';
import { maxNameLength } from '../directory/groups.dto.js';
import { schemaOfClass } from './class-schema.js';

/** The most groups or roles of an entry. */
export const maxMemberships = 1_000;

/** A role as an entry names it: by its name, if it is one of the service, or with the client or resource whose role it is. */
export class RoleReference extends PickType(CreateRoleDto, ['name', 'client_id', 'resource']) {}

/** The roles of an entry: each a name, or a map of name and client_id or resource. */
export const RoleReferencesField = (description: string): PropertyDecorator => {
  const schema = {
    type: 'array',
    items: {
      anyOf: [{ type: 'string', minLength: 1, maxLength: maxNameLength }, schemaOfClass(RoleReference)],
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
