import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import { tokenOf } from '../../resource/admin-api.js';
import { limitedUser } from '../../resource/in-process-verifier.js';
import { writeScope } from '../../resource/rights.js';

/** Lets only those allow a client something in place of people who may change every client: they could trust it altogether. */
@Injectable()
export class OrganizationConsentProtection implements CanActivate {
  /** @throws ForbiddenException */
  canActivate(context: ExecutionContext): boolean {
    const token = tokenOf(context);
    const needed = writeScope('clients');
    if (token.scopes.has(needed) && limitedUser(token, needed) === undefined) return true;
    throw new ForbiddenException(
      'only somebody who may change every client can allow one something in place of people',
    );
  }
}
