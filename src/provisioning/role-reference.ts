import { plainToInstance, Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, ValidateNested } from 'class-validator';
import { PickType } from '@nestjs/swagger';
import type { NamedOwner } from '../directory/role-owners.js';
import { CreateRoleDto } from '../directory/roles.dto.js';
import { MayBeAbsent } from '../resource/field-checks.js';

/** The most groups or roles of an entry. */
export const maxMemberships = 1_000;

/** A role as an entry names it: by its name, if it is one of the service, or with the client or resource whose role it is. */
export class RoleReference extends PickType(CreateRoleDto, ['name', 'client_id', 'resource']) {}

/** The roles of an entry: each a name, or a map of name and client_id or resource. */
export const IsRoleReferences = (): PropertyDecorator => (target, property) => {
  for (const decorate of [
    Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(toReference) : value)),
    MayBeAbsent(),
    ArrayMaxSize(maxMemberships),
    IsArray(),
    ValidateNested({ each: true }),
  ])
    decorate(target, property);
};

function toReference(value: unknown): unknown {
  if (typeof value === 'string') return plainToInstance(RoleReference, { name: value });
  return typeof value === 'object' && value !== null ? plainToInstance(RoleReference, value) : value;
}

/** What tells a role from every other one. */
export const roleKey = ({ name, client_id, resource }: NamedOwner & { readonly name: string }): string =>
  JSON.stringify([name, client_id ?? null, resource ?? null]);
