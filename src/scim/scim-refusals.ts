import {
  BadRequestException,
  ConflictException,
  NotFoundException,
  PreconditionFailedException,
} from '@nestjs/common';
import { ScimError } from '../protocol/scim/scim-error.js';
import { type RoleHolder, rolesOf } from '../resource/rights.js';

export const notFound = (kind: 'User' | 'Group', id: string): ScimError =>
  new ScimError(404, undefined, `there is no ${kind} ${id.slice(0, 100)}`);

export const forbidden = (why: string): ScimError => new ScimError(403, undefined, why);

/** @throws ScimError 403 if the user administers something */
export function requireNoRole(user: RoleHolder): void {
  if (rolesOf(user).length > 0)
    throw forbidden('users who administer Eyrie cannot be provisioned: an administrator changes them');
}

const idForm = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Whether this can be the id of anything here. Other text is not looked up. */
export const isId = (id: string): boolean => idForm.test(id);

/**
 * Does a change of a service for users or groups, with its refusals in the words of SCIM.
 * @param conflict what a conflict is: that a name is taken, unless it is said otherwise
 * @throws ScimError
 */
export async function inScim<Result>(
  work: () => Promise<Result>,
  conflict: 'uniqueness' | 'mutability' | undefined = 'uniqueness',
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConflictException) throw new ScimError(409, conflict, error.message);
    if (error instanceof BadRequestException) throw new ScimError(400, 'invalidValue', reasonOf(error));
    if (error instanceof NotFoundException) throw new ScimError(404, undefined, error.message);
    if (error instanceof PreconditionFailedException) throw new ScimError(412, undefined, error.message);
    throw error;
  }
}

/** A list of messages says more than the name of the exception. */
function reasonOf(error: BadRequestException): string {
  const { message } = error.getResponse() as { readonly message?: unknown };
  return Array.isArray(message) ? message.join('; ') : error.message;
}
