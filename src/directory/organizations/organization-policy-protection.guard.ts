import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { tokenOf } from '../../resource/admin-api.js';
import { adminScope } from '../../resource/rights.js';

const protectedMembers = [
  'upstream',
  'require_second_factor',
  'require_upstream',
  'max_sign_in_age',
] as const;

/** Lets only administrators change how the members of an organization sign in: who manages groups cannot take it back. */
@Injectable()
export class OrganizationPolicyProtection implements CanActivate {
  /** @throws ForbiddenException */
  canActivate(context: ExecutionContext): boolean {
    if (tokenOf(context).scopes.has(adminScope.write)) return true;
    const { body } = context.switchToHttp().getRequest<FastifyRequest<{ Body: object | null | undefined }>>();
    const changed = protectedMembers.find((member) => body && Object.hasOwn(body, member));
    if (changed !== undefined)
      throw new ForbiddenException(`only administrators can change ${changed} of an organization`);
    return true;
  }
}
