import type { BearerRequest } from '@eyrie/guard';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Originator } from '../audit/originator.js';
import { addressOf } from '../http/network.js';
import { callerOf } from '../resource/in-process-verifier.js';
import { verifiesEmailsClaim } from '../resource/scim-token-verifier.js';

/** Who provisions. */
export interface Provisioner {
  /** `scim:<name of its tokens>`, or `client:<client_id>`: external ids are its own. */
  readonly name: string;
  readonly actor: Originator;
  /** Whether the e-mail addresses that it provisions count as verified. */
  readonly verifiesEmails: boolean;
}

/** The provisioning client of a request. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): Provisioner => {
  const request = context.switchToHttp().getRequest<FastifyRequest & BearerRequest>();
  const { accessToken } = request;
  if (!accessToken) throw new Error(`${context.getHandler().name} is not guarded`);
  const verifiesEmails = accessToken.claims[verifiesEmailsClaim];
  // Only the long-lived tokens have this claim.
  const name = typeof verifiesEmails === 'boolean' ? accessToken.subject : callerOf(accessToken);
  return { name, actor: { name, address: addressOf(request) }, verifiesEmails: verifiesEmails === true };
});
