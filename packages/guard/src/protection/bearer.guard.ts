import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { TokenHolder } from '../request/carrier.js';
import type { Scheme } from '../request/challenge.js';
import { type CarrierRequest, readCredentials } from '../request/credentials.js';
import { carrierOf } from '../request/transports/transports.js';
import { BearerError } from '../refusal/bearer-error.js';
import { setHeader } from '../refusal/refusal-journal.js';
import { routePolicy } from '../route/route-policy.js';
import { routeName } from '../telemetry/observer.js';
import { InvalidToken, VerifierUnavailable } from '../token/token-verifier.js';
import { type Call, decide } from './decision.js';
import { Protection, type ProtectionParts } from './protection.js';

/** A request that the guard has accepted. */
export interface BearerRequest extends CarrierRequest, TokenHolder {}

/**
 * Accepts a request with a valid access token that meets the requirements of its route, and sets `request.accessToken`. Errors follow
 * RFC 6750 §3; see {@link BearerError}.
 */
@Injectable()
export class BearerGuard implements CanActivate {
  readonly #protection: Protection;

  constructor(@Inject(Protection) protection: Protection) {
    this.#protection = protection;
  }

  /**
   * For a cached token it returns without a promise, which is faster.
   *
   * @returns a promise that rejects with a {@link BearerError} if the request is refused; its headers are already set on the response
   * @throws {TypeError} if the call has no place for a token
   */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const controller = context.getClass();
    const policy = routePolicy(controller, context.getHandler());
    if (policy.access === 'public') return true;
    const parts = this.#protection.partsFor(controller);
    const carrier = carrierOf(context);
    const credentials = readCredentials(carrier.request, policy.formAllowed, parts.elsewhere);
    const call = { carrier, credentials, policy, parts, context };
    try {
      const decision = decide(call);
      return decision === true || decision.catch((error: unknown) => refuse(error, call));
    } catch (error) {
      return refuse(error, call);
    }
  }
}

// Any other error is an internal error. It is thrown as it is, and the request does not pass.
async function refuse(error: unknown, call: Call): Promise<never> {
  const { carrier, credentials, parts, context } = call;
  const scheme = credentials.kind === 'token' ? credentials.scheme : 'Bearer';
  const refusal = asRefusal(error, scheme, parts);
  if (refusal === undefined) throw error;
  for (const [name, value] of Object.entries(refusal.headers)) setHeader(carrier.response, name, value);
  parts.journal.record(refusal, routeName(context), carrier.response);
  parts.observer?.refused(refusal, context);
  if (carrier.kind === 'ws') throw parts.exceptions.ws?.(refusal) ?? refusal;
  if (carrier.kind === 'rpc') throw parts.exceptions.rpc?.(refusal) ?? refusal;
  throw refusal;
}

function asRefusal(error: unknown, scheme: Scheme, { refusals }: ProtectionParts): BearerError | undefined {
  if (error instanceof BearerError) return error;
  if (error instanceof InvalidToken) {
    return refusals.invalidToken(scheme, error.message, error.finding, error);
  }
  if (error instanceof VerifierUnavailable) return refusals.unavailable(error.retryAfter, error);
  return undefined;
}
