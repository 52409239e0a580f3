import { type Authentication, authenticationBy } from '../protocol/acr.js';
import { type ClaimRequest, satisfies } from '../protocol/claims-request.js';
import { OAuthError } from '../protocol/errors.js';
import type { Prompt } from '../protocol/prompt.js';

/** A method that a person has proven. */
export interface Proof {
  /** RFC 8176 §2. */
  readonly method: string;
  /** Seconds since the epoch. */
  readonly provenAt: number;
}

/** What a request asks of the authentication (OIDC Core §3.1.2.1 and §5.5.1.1). */
export interface Asked {
  readonly prompts?: ReadonlySet<Prompt>;
  /** Seconds. */
  readonly maxAge?: number | undefined;
  /** The essential claim `acr`. */
  readonly acr?: ClaimRequest | undefined;
}

/** Everything that the decision depends on. */
export interface SignInSituation {
  /** What was proven before the request. */
  readonly earlier: readonly Proof[];
  /** What was proven for the request. It is recent enough whatever the clock says, so that no request loops. */
  readonly forRequest: readonly Proof[];
  readonly asked: Asked;
  readonly now: number;
  /** The password must be changed before anything else is done with it. */
  readonly passwordChangeRequired?: boolean;
}

/** What the policy knows of a factor. */
export interface FactorMethods {
  /** The methods that it proves (RFC 8176 §2). */
  readonly amr: readonly string[];
}

/** What a sign-in needs next. */
export type SignInStep<Factor> =
  | { readonly kind: 'factor'; readonly factor: Factor }
  | { readonly kind: 'new-password' }
  | { readonly kind: 'done'; readonly authentication: Authentication };

/** The authentication that the proofs amount to; undefined if it is not what the request asks, or not recent enough. */
export function sufficientAuthentication(situation: SignInSituation): Authentication | undefined {
  const reached = authenticationBy(countedMethods(situation));
  return reached && satisfies(situation.asked.acr, reached.acr) ? reached : undefined;
}

/**
 * What a sign-in needs next: the first factor of the list that is not proven, then a new password if it must be changed, or nothing
 * more.
 * @throws OAuthError unmet_authentication_requirements if no factor is left
 */
export function nextSignInStep<Factor extends FactorMethods>(
  factors: readonly Factor[],
  situation: SignInSituation,
): SignInStep<Factor> {
  const authentication = sufficientAuthentication(situation);
  if (authentication)
    return situation.passwordChangeRequired ? { kind: 'new-password' } : { kind: 'done', authentication };
  const proven = countedMethods(situation);
  const factor = factors.find(({ amr }) => !amr.every((method) => proven.includes(method)));
  // "the Authorization Server MUST treat that outcome as a failed authentication attempt" (OIDC Core §5.5.1.1)
  if (!factor) throw new OAuthError('unmet_authentication_requirements', 'the acr cannot be reached');
  return { kind: 'factor', factor };
}

function countedMethods({ earlier, forRequest, asked, now }: SignInSituation): string[] {
  return [...earlier.filter((proof) => isRecent(proof, asked, now)), ...forRequest].map(
    ({ method }) => method,
  );
}

/** max_age=0 asks for a new sign-in, as prompt=login does. */
function isRecent({ provenAt }: Proof, { prompts, maxAge }: Asked, now: number): boolean {
  if (prompts?.has('login') || maxAge === 0) return false;
  return maxAge === undefined || now - provenAt <= maxAge;
}
