import type { ExecutionContext } from '@nestjs/common';
import type { AccessToken } from '../token/access-token.js';
import type { Carrier } from '../request/carrier.js';
import type { Credentials } from '../request/credentials.js';
import { type RoutePolicy, shortfall } from '../route/route-policy.js';
import { InvalidToken } from '../token/token-verifier.js';
import { admit, admitAnonymous, admittedToken } from './admission.js';
import type { ProtectionParts } from './protection.js';
import { andThen, inTurn } from './steps.js';

/** A call of a guarded handler. */
export interface Call {
  readonly carrier: Carrier;
  readonly credentials: Credentials;
  readonly policy: RoutePolicy;
  readonly parts: ProtectionParts;
  readonly context: ExecutionContext;
}

/** A call that has a token. */
type PresentingCall = Call & { readonly credentials: { readonly kind: 'token' } };

/** A check of a verified token: it throws, or its promise rejects, if the token must not pass. */
type Check = (call: PresentingCall, token: AccessToken) => void | Promise<void>;

/** In the order in which a token meets them. */
const checks: readonly Check[] = [checkProof, checkValidators, checkRequirements];

/**
 * Decides on a call. If there is nothing to wait for, as with a cached token, the decision is made at once, without a promise.
 *
 * @throws {BearerError} if the call is refused
 * @throws {InvalidToken} if its token is not valid
 * @throws {VerifierUnavailable} if that is not known
 */
export function decide(call: Call): true | Promise<true> {
  const { carrier, credentials, policy, parts, context } = call;
  if (credentials.kind === 'malformed') {
    throw parts.refusals.invalidRequest(credentials.description, credentials.finding);
  }
  if (credentials.kind === 'none') {
    if (policy.access === 'optional') return admitAnonymous(carrier, parts);
    throw parts.refusals.missingToken(policy.scopes);
  }
  const presenting = { carrier, credentials, policy, parts, context };
  const admitted = admittedToken(carrier, parts);
  if (admitted !== undefined) {
    checkRequirements(presenting, admitted);
    return true;
  }
  const verified = parts.verifier.recall?.(credentials.token) ?? parts.verifier.verify(credentials.token);
  return andThen(verified, (token) =>
    andThen(
      inTurn(checks, (check) => check(presenting, token)),
      () =>
        andThen(userOf(presenting, token), (user) => {
          parts.observer?.verified(token, context);
          return admit(carrier, parts, token, user);
        }),
    ),
  );
}

/** The proof of possession, if the token needs one. */
function checkProof(
  { carrier, credentials, parts }: PresentingCall,
  token: AccessToken,
): void | Promise<void> {
  const { possession, refusals, now } = parts;
  if (possession.isBearer(credentials, token)) return undefined;
  return possession.check(credentials, token, carrier, refusals, now() / 1000);
}

/** The validators of the service. */
function checkValidators({ carrier, parts }: PresentingCall, token: AccessToken): void | Promise<void> {
  return inTurn(parts.validators, (validator) =>
    andThen(validator(token, carrier.request), (verdict: unknown) => {
      if (verdict === true) return;
      const check = `validator ${validator.name}`.trimEnd();
      throw new InvalidToken(undefined, { finding: { check, expected: true, received: verdict } });
    }),
  );
}

/** The requirements of the route. */
function checkRequirements(
  { carrier, credentials, policy, parts }: PresentingCall,
  token: AccessToken,
): void {
  const lacking = shortfall(token, policy, carrier.request, parts.now);
  if (lacking !== undefined) throw parts.refusals.insufficient(credentials.scheme, lacking);
}

/** The user of the token, if the service has users. */
function userOf({ carrier, parts }: PresentingCall, token: AccessToken): unknown {
  if (parts.user === undefined) return undefined;
  return andThen(parts.user(token, carrier.request), (user) => {
    if (user !== undefined && user !== null && user !== false) return user;
    throw new InvalidToken('The user of the access token is not known', {
      finding: { check: 'user', expected: 'a user', received: user },
    });
  });
}
