import { suppliedClaims } from './claims.js';

/** Where claims about a person go. */
export const claimPlaces = ['id_token', 'userinfo', 'access_token', 'introspection'] as const;
export type ClaimPlace = (typeof claimPlaces)[number];

/** Where the value of a claim comes from. */
export const claimSources = ['profile', 'attribute', 'groups', 'roles', 'constant'] as const;
export type ClaimSource = (typeof claimSources)[number];

/** A value that is the same for everybody. */
export type FixedValue = string | boolean | readonly string[];

/** A rule that says which claim tokens hold, and where. */
export interface ClaimRule {
  /** The name of the claim; of a nested one, the names of the members that lead to it. */
  readonly claim: readonly string[];
  readonly source: ClaimSource;
  /** With the source `profile`: the member of the profile; with `attribute`: the name of the attribute. */
  readonly member: string | null;
  /** With the source `constant`: the value. */
  readonly fixedValue: FixedValue | null;
  readonly places: readonly ClaimPlace[];
  /** It holds only where this scope was granted. */
  readonly scope: string | null;
  /** It holds only for this client. */
  readonly clientId: string | null;
  /** It holds only for tokens with this audience. */
  readonly resource: string | null;
}

/** What is said of the person that a token is about. */
export interface ClaimContext {
  readonly clientId: string;
  readonly scopes: Iterable<string>;
  /** The audience of the access token; none for an ID token and userinfo. */
  readonly audience?: readonly string[];
}

/** Members of the profile that a rule can put elsewhere. */
export const ruleMembers = ['username', ...suppliedClaims.filter((name) => name !== 'sub')] as const;

/**
 * Claims that a specification gives a meaning that others rely on: of JWTs (RFC 7519 §4.1), ID tokens (OIDC Core §2, §3.3.2.11, §5.6.2, and the
 * specifications of logout), access tokens (RFC 9068 §2.2, RFC 8693 §4, RFC 7800, RFC 9396) and introspection (RFC 7662 §2.2); whether
 * an address was verified; and our own.
 */
const ownedClaims: ReadonlySet<string> = new Set(
  [
    'iss sub aud exp nbf iat jti auth_time nonce acr amr azp at_hash c_hash s_hash sid sub_jwk events',
    '_claim_names _claim_sources verified_claims scope client_id act may_act cnf authorization_details',
    'active token_type token_introspection email_verified phone_number_verified updated_at grant_id',
    'org_id org_name org_roles',
  ].flatMap((names) => names.split(' ')),
);

/** Names that are no member of plain objects. */
const impossibleNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** What is wrong with a rule. */
export interface ClaimRuleProblem {
  readonly field: 'claim' | 'member' | 'constant' | 'resource';
  /** Follows the name of the field in a sentence. */
  readonly reason: string;
}

/** What is wrong with a rule whose fields are well formed. */
export function claimRuleProblems(rule: ClaimRule): ClaimRuleProblem[] {
  const { claim, source, member, fixedValue, places, resource } = rule;
  const problems: ClaimRuleProblem[] = [];
  const refuse = (field: ClaimRuleProblem['field'], reason: string): void =>
    void problems.push({ field, reason });
  const [name = ''] = claim;
  if (ownedClaims.has(name))
    refuse('claim', `names ${name}, which belongs to a specification and cannot be set`);
  if (claim.some((part) => impossibleNames.has(part))) refuse('claim', 'has a name that no member can have');
  if (source === 'profile' && (member === null || !ruleMembers.includes(member)))
    refuse('member', `must be one of ${ruleMembers.join(', ')}`);
  if (source === 'attribute' && member === null) refuse('member', 'must be the name of an attribute');
  if (source !== 'profile' && source !== 'attribute' && member !== null)
    refuse('member', 'goes with the sources profile and attribute only');
  if (source === 'constant' && fixedValue === null) refuse('constant', 'is needed with the source constant');
  if (source !== 'constant' && fixedValue !== null) refuse('constant', 'goes with the source constant only');
  if (resource !== null && places.some((place) => place === 'id_token' || place === 'userinfo'))
    refuse('resource', 'goes with access_token and introspection only: the others have no resource');
  return problems;
}

/** Whether a rule holds. */
export function holds(rule: ClaimRule, { clientId, scopes, audience = [] }: ClaimContext): boolean {
  return (
    (rule.clientId === null || rule.clientId === clientId) &&
    (rule.resource === null || audience.includes(rule.resource)) &&
    (rule.scope === null || includes(scopes, rule.scope))
  );
}

const includes = (scopes: Iterable<string>, scope: string): boolean => {
  for (const one of scopes) if (one === scope) return true;
  return false;
};

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Puts a value at its place among the claims. Of two rules for one place, lists are joined; otherwise the later one holds.
 * @param value undefined for none
 */
export function putClaim(claims: Record<string, unknown>, path: readonly string[], value: unknown): void {
  if (value === undefined || value === null || value === '') return;
  let at = claims;
  for (const name of path.slice(0, -1)) {
    const next = at[name];
    const inner: Record<string, unknown> = isMap(next) ? next : {};
    at[name] = inner;
    at = inner;
  }
  const name = path.at(-1) ?? '';
  const present: unknown = at[name];
  at[name] =
    Array.isArray(present) && Array.isArray(value) ? [...new Set<unknown>([...present, ...value])] : value;
}
