import { type ClaimRequest, satisfies } from './claims-request.js';
import { factorMethods, type FactorName } from './factors.js';

/** How somebody was authenticated: the claims `acr` and `amr` (OIDC Core §2). */
export interface Authentication {
  readonly acr: string;
  /** The methods (RFC 8176 §2), in the order in which they were proven. */
  readonly amr: readonly string[];
}

/** A method that a person has proven. */
export interface Proof {
  /** RFC 8176 §2. */
  readonly method: string;
  /** Seconds since the epoch. */
  readonly provenAt: number;
  /** The id of the identity provider of somebody else that says so. */
  readonly upstream?: string | undefined;
}

/**
 * When somebody authenticated: the time of their latest proof (`auth_time`, OIDC Core §2). It is before the session's own beginning if
 * they had signed in at an upstream earlier.
 */
export const authTimeOf = (proofs: readonly Proof[]): number =>
  Math.max(...proofs.map(({ provenAt }) => provenAt));

/** What a request asks of the context class (OIDC Core §3.1.2.1 and §5.5.1.1). */
export interface AskedAcr {
  /** The essential claim `acr`. */
  readonly essential?: ClaimRequest | undefined;
  /** `acr_values`, in order of preference; none of them has to be reached. */
  readonly values?: readonly string[] | undefined;
}

export const passwordAcr = 'urn:eyrie:acr:password';
/** An identity provider of somebody else says who it is; how it knows does not count here. */
export const federatedAcr = 'urn:eyrie:acr:federated';
/** More than one kind of factor (REFEDS MFA Profile). */
export const multiFactorAcr = 'https://refeds.org/profile/mfa';
/** Resistant to phishing (OpenID Connect Extended Authentication Profile ACR Values 1.0 §2). */
export const phishingResistantAcr = 'phr';
/** The same, with a key that does not leave its hardware. */
export const phishingResistantHardwareAcr = 'phrh';

/**
 * What somebody knows, and what somebody has, by method. `fed` is what an identity provider of somebody else says: it counts as no more
 * than a password, whatever was proven there.
 */
const knowledge = ['pwd', 'fed'];
const possession = ['otp', 'hwk', 'swk'];

const includesSome = (methods: readonly string[], some: readonly string[]): boolean =>
  some.some((method) => methods.includes(method));

/** The methods, with `mfa` if they are of more than one kind. A method that was proven twice counts once. */
function methodsOf(methods: readonly string[]): string[] {
  const isMultiFactor = includesSome(methods, knowledge) && includesSome(methods, possession);
  return [...new Set([...methods, ...(isMultiFactor ? ['mfa'] : [])])];
}

/** The authentication context classes. The strongest stands first. */
const contextClasses: readonly {
  readonly acr: string;
  readonly isReached: (methods: readonly string[]) => boolean;
}[] = [
  {
    acr: phishingResistantHardwareAcr,
    isReached: (methods) => methods.includes('mfa') && methods.includes('hwk'),
  },
  {
    acr: phishingResistantAcr,
    isReached: (methods) => methods.includes('mfa') && includesSome(methods, ['hwk', 'swk']),
  },
  { acr: multiFactorAcr, isReached: (methods) => methods.includes('mfa') },
  { acr: passwordAcr, isReached: (methods) => methods.includes('pwd') },
  { acr: federatedAcr, isReached: (methods) => methods.includes('fed') },
];

/**
 * The context classes that these methods reach, the strongest first.
 * @param methods RFC 8176 §2
 */
export function reachedAcrs(methods: readonly string[]): string[] {
  const all = methodsOf(methods);
  return contextClasses.filter(({ isReached }) => isReached(all)).map(({ acr }) => acr);
}

/**
 * What these methods amount to: the class that was asked for if they reach it, otherwise the strongest.
 * @param methods RFC 8176 §2
 * @returns undefined if they reach no class
 */
export function authenticationBy(
  methods: readonly string[],
  { essential, values = [] }: AskedAcr = {},
): Authentication | undefined {
  const reached = reachedAcrs(methods);
  const [strongest] = reached;
  if (strongest === undefined) return undefined;
  const asked = essential && reached.find((acr) => satisfies(essential, acr));
  const acr = asked ?? values.find((value) => reached.includes(value)) ?? strongest;
  return { acr, amr: methodsOf(methods) };
}

/**
 * Whether these methods are of more than one kind.
 * @param methods RFC 8176 §2
 */
export const isMultiFactor = (methods: readonly string[]): boolean => methodsOf(methods).includes('mfa');

/**
 * Whether something beside a first factor was proven: another kind of factor, or a code that came by another channel. The latter is not
 * of another kind, since whoever reads the mail of an account can have its password replaced: "access to one factor does not by itself
 * grant access to other factors" (REFEDS MFA Profile §3).
 * @param methods RFC 8176 §2
 */
export function hasSecondStep(methods: readonly string[]): boolean {
  return isMultiFactor(methods) || (includesSome(methods, knowledge) && methods.includes('mca'));
}

/** The context classes that somebody who has all of these factors can reach, the strongest first. */
export const reachableAcrs = (factors: readonly FactorName[]): string[] =>
  reachedAcrs(factors.flatMap((factor) => factorMethods[factor]));
