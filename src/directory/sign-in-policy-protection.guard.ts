import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { tokenOf } from '../resource/admin-api.js';
import { adminScope } from '../resource/rights.js';
import { SecondFactorGroups } from './second-factor-groups.js';

interface GroupCall {
  readonly Params: { readonly group_id?: string };
  readonly Body: { readonly require_second_factor?: unknown } | null | undefined;
}

/**
 * Lets only administrators take back that people need a second factor: who manages groups adds members to such a group, and neither
 * changes the group or one above it, nor takes people out of it.
 */
@Injectable()
export class SignInPolicyProtection implements CanActivate {
  constructor(private readonly secondFactor: SecondFactorGroups) {}

  /** @throws ForbiddenException */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (tokenOf(context).scopes.has(adminScope.write)) return true;
    const { method, params, body } = context.switchToHttp().getRequest<FastifyRequest<GroupCall>>();
    if (method !== 'PATCH' && method !== 'DELETE') return true;
    if (body?.require_second_factor !== undefined)
      throw new ForbiddenException('only administrators can change require_second_factor of a group');
    if (params.group_id !== undefined && (await this.secondFactor.askedBy(params.group_id)))
      throw new ForbiddenException(
        'only administrators can change a group that asks for a second factor, or take people out of it',
      );
    return true;
  }
}
