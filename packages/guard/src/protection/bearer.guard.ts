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

// A route can meet the guard more than once: as APP_GUARD, on its class, on its handler. The token is verified once.
const VERIFIED_BY = Symbol('@eyrie/guard:verified-by');

/** A request, once the guard has let it pass. */
export interface BearerRequest extends CarrierRequest, TokenHolder {}

interface MarkedHolder extends TokenHolder {
  [VERIFIED_BY]?: TokenVerifier;
}

/**
 * Lets a request pass that presents a good access token, which suffices for its route, and puts the token on
 * `request.accessToken`. Refusals follow RFC 6750 §3; see {@link BearerError}.
 */
@Injectable()
export class BearerGuard implements CanActivate {
  readonly #protection: Protection;

  constructor(@Inject(Protection) protection: Protection) {
    this.#protection = protection;
  }

  /**
   * At once where the verifier remembers the token, which spares the hot path every promise.
   *
   * @throws {BearerError} the refusal, whose headers are on the response already
   * @throws {TypeError} when the call has nothing that could carry a token
   */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const controller = context.getClass();
    const policy = routePolicy(controller, context.getHandler());
    if (policy.open) return true;
    const parts = this.#protection.of(controller);
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

// Beyond HTTP the holder may be a connection, which outlives its token: there the token is looked up at every call.
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

// Anything but a refusal is a fault of the service: it keeps its own shape, and nobody passes.
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
