import {
  type AskedAcr,
  type Authentication,
  authenticationBy,
  hasSecondStep,
  isMultiFactor,
  type Proof,
  reachedAcrs,
} from '../protocol/acr.js';
import { satisfies } from '../protocol/claims-request.js';
import type { FactorName } from '../protocol/factors.js';

/** A factor that somebody has, with the methods that it proves (RFC 8176 §2). */
export interface OwnFactor {
  readonly name: FactorName;
  readonly amr: readonly string[];
}

/** Who signs in, as far as the decision depends on it. */
export interface Person {
  /** In the order in which they are asked for. */
  readonly factors: readonly OwnFactor[];
  /** The password must be changed before anything else is done with it. */
  readonly passwordChangeRequired: boolean;
  /** When the account is deleted, if its owner has asked for that. */
  readonly deletionDueAt?: number | null;
}

/** What is asked of the authentication, by the request and by the policy of this server. */
export interface Asked {
  /** Whether earlier proofs do not count (prompt=login, OIDC Core §3.1.2.1). */
  readonly fresh?: boolean;
  /** Seconds. */
  readonly maxAge?: number | undefined;
  readonly acr?: AskedAcr | undefined;
  /**
   * Whether a second factor is asked of those who have one, or set up by those who have none. A code by e-mail is asked of those who
   * have no other, and does not do instead of setting one up.
   */
  readonly secondFactor?: 'if-present' | 'required' | undefined;
  /** The upstream at which the person must have signed in. */
  readonly upstream?: { readonly id: string; readonly alias: string } | undefined;
}

/** Everything that the decision depends on. */
export interface SignInSituation {
  /** What was proven before the request. */
  readonly earlier: readonly Proof[];
  /** What was proven for the request. It is recent enough whatever the clock says, so that no request loops. */
  readonly forRequest: readonly Proof[];
  readonly asked: Asked;
  readonly now: number;
  /** Undefined until a first factor says who it is. */
  readonly person: Person | undefined;
}

/** What a sign-in needs next. */
export type SignInStep =
  | { readonly kind: 'first-factor' }
  /** To sign in at the upstream with this alias. */
  | { readonly kind: 'upstream'; readonly alias: string }
  /** One of these, the preferred one first. */
  | { readonly kind: 'further-factor'; readonly factors: readonly FactorName[] }
  /** To set up a second factor. */
  | { readonly kind: 'enrolment' }
  /** To keep the account, which is about to be deleted. */
  | { readonly kind: 'restoration'; readonly dueAt: number }
  | { readonly kind: 'new-password' }
  | { readonly kind: 'done'; readonly authentication: Authentication };

/** Something to reach, and what follows if the factors of the person do not suffice. */
interface Goal {
  /** @param methods RFC 8176 §2 */
  isReached(methods: readonly string[]): boolean;
  readonly otherwise: 'enrolment' | 'go-on';
}

/**
 * What a sign-in needs next, read from top to bottom: a first factor; a sign-in at the upstream that is asked for; the factors that the request or the policy asks for beside it; a
 * second factor to be set up; to keep an account that is about to be deleted; a new password if it must be changed; or nothing more. It asks only for what is missing. An `acr` that
 * the person cannot reach is left to the request, which fails if it is essential (OIDC Core §5.5.1.1).
 */
export function nextSignInStep(situation: SignInSituation): SignInStep {
  const { person, asked } = situation;
  const proofs = countedProofs(situation);
  const methods = proofs.map(({ method }) => method);
  const authentication = authenticationBy(methods, asked.acr);
  if (!authentication || !person) return { kind: 'first-factor' };
  const { upstream } = asked;
  if (upstream && !proofs.some((proof) => proof.upstream === upstream.id))
    return { kind: 'upstream', alias: upstream.alias };
  for (const goal of goalsOf(asked, person)) {
    if (goal.isReached(methods)) continue;
    const factors = factorsTowards(goal, person.factors, methods);
    if (factors.length > 0) return { kind: 'further-factor', factors };
    if (goal.otherwise === 'enrolment') return { kind: 'enrolment' };
  }
  if (person.deletionDueAt) return { kind: 'restoration', dueAt: person.deletionDueAt };
  if (person.passwordChangeRequired && methods.includes('pwd')) return { kind: 'new-password' };
  return { kind: 'done', authentication };
}

/** The methods that count: those of the request, and earlier ones that are recent enough. */
export const countedMethods = (situation: Omit<SignInSituation, 'person'>): string[] =>
  countedProofs(situation).map(({ method }) => method);

const countedProofs = ({ earlier, forRequest, asked, now }: Omit<SignInSituation, 'person'>): Proof[] => [
  ...earlier.filter((proof) => isRecent(proof, asked, now)),
  ...forRequest,
];

function goalsOf({ acr, secondFactor }: Asked, { factors }: Person): Goal[] {
  const { essential, values = [] } = acr ?? {};
  const goals: Goal[] = [];
  // A code by e-mail does only for those who have nothing better.
  const isEnough = factors.some(({ name }) => name === 'email-code') ? hasSecondStep : isMultiFactor;
  if (secondFactor) goals.push({ isReached: isEnough, otherwise: 'go-on' });
  if (secondFactor === 'required') goals.push({ isReached: isMultiFactor, otherwise: 'enrolment' });
  if (essential)
    goals.push({
      isReached: (methods) => reachedAcrs(methods).some((reached) => satisfies(essential, reached)),
      otherwise: 'go-on',
    });
  if (values.length > 0)
    goals.push({
      isReached: (methods) => reachedAcrs(methods).some((reached) => values.includes(reached)),
      otherwise: 'go-on',
    });
  return goals;
}

/** The factors that reach the goal by themselves or, if none does, those that reach it together. */
function factorsTowards(
  goal: Goal,
  factors: readonly OwnFactor[],
  methods: readonly string[],
): readonly FactorName[] {
  const reaches = (added: readonly string[]): boolean => goal.isReached([...methods, ...added]);
  const missing = factors.filter(({ amr }) => !amr.every((method) => methods.includes(method)));
  const sufficient = missing.filter(({ amr }) => reaches(amr));
  const useful = sufficient.length > 0 || !reaches(missing.flatMap(({ amr }) => amr)) ? sufficient : missing;
  return [...new Set(useful.map(({ name }) => name))];
}

/** max_age=0 asks for a new sign-in, as prompt=login does. */
export function isRecent({ provenAt }: Proof, { fresh, maxAge }: Asked, now: number): boolean {
  if (fresh || maxAge === 0) return false;
  return maxAge === undefined || now - provenAt <= maxAge;
}

/** The lesser of two greatest ages, in seconds; undefined if there is none. */
export function lesserAge(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** When this server asks for a second factor by itself (`EYRIE_SECOND_FACTOR`), and of whom (`EYRIE_SECOND_FACTOR_REQUIRED_OF`). */
export interface SecondFactorPolicy {
  readonly asked: 'always' | 'new-device' | 'on-request';
  readonly requiredOf: 'nobody' | 'administrators' | 'everybody';
}

/** What the policy depends on. */
export interface SecondFactorSituation {
  readonly isAdministrator: boolean;
  readonly isKnownDevice: boolean;
  /** Whether rights over this server are asked for, or somebody changes what they sign in with. */
  readonly isSensitive: boolean;
  /** Whether the application requires a second factor of everybody (`require_second_factor`). */
  readonly isRequiredByClient: boolean;
  /** Whether the person is a member of a group that requires a second factor. */
  readonly isRequiredByGroup: boolean;
  /** Whether the organization for which the person acts requires a second factor of its members. */
  readonly isRequiredByOrganization?: boolean;
  readonly hasSecondFactor: boolean;
}

/** Whether the policy of this server asks for a second factor. */
export function secondFactorAsked(
  { asked, requiredOf }: SecondFactorPolicy,
  situation: SecondFactorSituation,
): Asked['secondFactor'] {
  const { isAdministrator, isKnownDevice, isSensitive, hasSecondFactor } = situation;
  const isAlwaysRequired =
    situation.isRequiredByClient ||
    situation.isRequiredByGroup ||
    situation.isRequiredByOrganization === true;
  const isRequired =
    requiredOf === 'everybody' || (requiredOf === 'administrators' && isAdministrator) || isAlwaysRequired;
  const isAsked =
    asked === 'always' || isSensitive || isAlwaysRequired || (asked === 'new-device' && !isKnownDevice);
  if (isRequired && (isAsked || !hasSecondFactor)) return 'required';
  return isAsked ? 'if-present' : undefined;
}
