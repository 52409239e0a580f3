import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import { tokenOf } from '../resource/admin-api.js';
import { limitedUser } from '../resource/in-process-verifier.js';
import { writeScope } from '../resource/rights.js';

/** Refuses client managers, whose rights hold only for the clients that they manage. */
@Injectable()
export class UnlimitedRights implements CanActivate {
  /** @throws ForbiddenException */
  canActivate(context: ExecutionContext): boolean {
    if (limitedUser(tokenOf(context), writeScope('clients')) === undefined) return true;
    throw new ForbiddenException('client managers cannot do this');
  }
}
