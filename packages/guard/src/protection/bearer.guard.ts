import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { AccessToken } from '../token/access-token.js';
import { type Carrier, carrierOf, type TokenHolder } from '../request/carrier.js';
import { type CarrierRequest, type Credentials, readCredentials } from '../request/credentials.js';
import { Protection, type ProtectionParts } from './protection.js';
import { BearerError } from '../refusal/bearer-error.js';
import type { Scheme } from '../request/challenge.js';
import { setHeader } from '../refusal/refusal-journal.js';
import { type RoutePolicy, routePolicy, shortfall } from '../route/route-policy.js';
import { InvalidToken, type TokenVerifier, VerifierUnavailable } from '../token/token-verifier.js';

// The guard can run more than once for a route: as APP_GUARD, on its class, on its handler. The token is verified once.
const VERIFIED_BY = Symbol('@eyrie/guard:verified-by');

/** A request that the guard has accepted. */
export interface BearerRequest extends CarrierRequest, TokenHolder {}

interface MarkedHolder extends TokenHolder {
  [VERIFIED_BY]?: TokenVerifier;
}

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
   * @throws {BearerError} if the request is refused; its headers are already set on the response
   * @throws {TypeError} if the call has no place for a token
   */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const controller = context.getClass();
    const policy = routePolicy(controller, context.getHandler());
    if (policy.isPublic) return true;
    const parts = this.#protection.partsFor(controller);
    const carrier = carrierOf(context);
    const credentials = readCredentials(carrier.request, policy.formAllowed);
    const known = recall(carrier, credentials, parts);
    const usable = known !== undefined && needsNoProof(carrier, credentials, parts, known);
    if (usable && shortfall(known, policy, parts.now) === undefined) {
      return admit(carrier.holder, known, parts.verifier);
    }
    return decide(carrier, credentials, policy, parts, known).catch((error: unknown) => {
      throw refuse(error, context, carrier, credentials, parts);
    });
  }
}

// In contexts other than HTTP, the holder may be a connection that outlives its token. So the token is verified at every call.
function isAdmitted({ kind, holder }: Carrier, { verifier }: ProtectionParts): boolean {
  return kind === 'http' && (holder as MarkedHolder)[VERIFIED_BY] === verifier;
}

function recall(carrier: Carrier, credentials: Credentials, parts: ProtectionParts): AccessToken | undefined {
  if (credentials.kind !== 'token') return undefined;
  return isAdmitted(carrier, parts) ? carrier.holder.accessToken : parts.verifier.recall?.(credentials.token);
}

function needsNoProof(
  carrier: Carrier,
  credentials: Credentials,
  parts: ProtectionParts,
  token: AccessToken,
): boolean {
  if (credentials.kind !== 'token') return false;
  return parts.possession.isBearer(credentials, token) || isAdmitted(carrier, parts);
}

async function decide(
  carrier: Carrier,
  credentials: Credentials,
  policy: RoutePolicy,
  parts: ProtectionParts,
  known: AccessToken | undefined,
): Promise<boolean> {
  const { refusals, verifier, possession, now } = parts;
  if (credentials.kind === 'none') throw refusals.missingToken();
  if (credentials.kind === 'malformed') throw refusals.invalidRequest(credentials.description);
  const token = known ?? (await verifier.verify(credentials.token));
  if (!needsNoProof(carrier, credentials, parts, token)) {
    await possession.check(credentials, token, carrier, refusals, now() / 1000);
  }
  const lacking = shortfall(token, policy, now);
  if (lacking !== undefined) throw refusals.insufficient(credentials.scheme, lacking);
  return admit(carrier.holder, token, verifier);
}

function admit(holder: MarkedHolder, token: AccessToken, verifier: TokenVerifier): true {
  holder.accessToken = token;
  holder[VERIFIED_BY] = verifier;
  return true;
}

// Any other error is an internal error. It is thrown as it is, and the request does not pass.
function refuse(
  error: unknown,
  context: ExecutionContext,
  { kind, response }: Carrier,
  credentials: Credentials,
  parts: ProtectionParts,
): unknown {
  const scheme = credentials.kind === 'token' ? credentials.scheme : 'Bearer';
  const refusal = asRefusal(error, scheme, parts);
  if (refusal === undefined) return error;
  for (const [name, value] of Object.entries(refusal.headers)) setHeader(response, name, value);
  parts.journal.record(refusal, `${context.getClass().name}.${context.getHandler().name}`, response);
  if (kind === 'ws') return parts.exceptions.ws?.(refusal) ?? refusal;
  if (kind === 'rpc') return parts.exceptions.rpc?.(refusal) ?? refusal;
  return refusal;
}

function asRefusal(error: unknown, scheme: Scheme, { refusals }: ProtectionParts): BearerError | undefined {
  if (error instanceof BearerError) return error;
  if (error instanceof InvalidToken) {
    return refusals.invalidToken(scheme, error.message, error.finding, error);
  }
  if (error instanceof VerifierUnavailable) return refusals.unavailable(error.retryAfter, error);
  return undefined;
}
