/** The claims of each scope (OIDC Core §5.4). */
export const scopeClaims: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** The scopes that cover these claims; claims without a scope are left out. */
export function scopesOfClaims(claims: Iterable<string>): string[] {
  const names = new Set(claims);
  return Object.keys(scopeClaims).filter((scope) => scopeClaims[scope]?.some((claim) => names.has(claim)));
}

/** Every claim about the resource owner that the server can supply. */
export const suppliedClaims: readonly string[] = ['sub', ...Object.values(scopeClaims).flat()];

/**
 * The claims about a resource owner that the granted scopes cover.
 * Claims without a value are left out: "it SHOULD NOT be present with a null or empty string value" (OIDC Core §5.3.2).
 * @param valueOf the value of each claim in {@link scopeClaims}
 */
export function selectClaims(
  valueOf: (claim: string) => unknown,
  scopes: Iterable<string>,
): Record<string, unknown> {
  const selected: Record<string, unknown> = {};
  for (const scope of scopes) {
    // A scope may be named like a member that every object inherits.
    const claims = Object.hasOwn(scopeClaims, scope) ? scopeClaims[scope] : undefined;
    for (const claim of claims ?? []) {
      const value = valueOf(claim);
      if (value !== undefined && value !== null && value !== '') selected[claim] = value;
    }
  }
  return selected;
}
