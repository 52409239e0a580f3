import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { UsersStore } from '../persistence/stores/users.store.js';
import { tokenOf } from '../resource/admin-api.js';
import { adminScope, rolesOf } from '../resource/rights.js';

interface UserCall {
  readonly Params: { readonly user_id?: string };
  readonly Body: { readonly administrator?: unknown; readonly admin_roles?: unknown } | null | undefined;
}

/** Lets only administrators change people who administer something, and give roles. */
@Injectable()
export class AdministratorProtection implements CanActivate {
  constructor(private readonly users: UsersStore) {}

  /** @throws ForbiddenException */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (tokenOf(context).scopes.has(adminScope.write)) return true;
    const { params, body } = context.switchToHttp().getRequest<FastifyRequest<UserCall>>();
    if (givesRole(body)) throw new ForbiddenException('only administrators can give roles');
    const user = params.user_id === undefined ? null : await this.users.find(params.user_id);
    if (user && rolesOf(user).length > 0)
      throw new ForbiddenException('only administrators can change a user who has a role');
    return true;
  }
}

/** The body has not been validated yet. */
const givesRole = (body: UserCall['Body']): boolean =>
  Boolean(body?.administrator) || (Array.isArray(body?.admin_roles) && body.admin_roles.length > 0);
