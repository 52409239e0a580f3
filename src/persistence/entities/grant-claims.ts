import { columnNameOf, type RowOf } from '../naming.js';
import type { GrantContext } from './grant-columns.js';
import type { Grant } from './grant.entity.js';

/**
 * The columns of a grant that its access tokens hold as claims of the same names: in a JWT (RFC 9068 §2.2.1), and in introspection
 * (RFC 7662 §2.2). Another one is a line here.
 */
const columns = ['authTime', 'acr', 'orgId'] as const satisfies readonly (keyof GrantContext)[];

/** Those columns in a row. */
export type GrantClaimsRow = RowOf<Pick<Grant, (typeof columns)[number]>>;

/** Claims of an access token that come from its grant; a claim is absent if its column is null. */
export type GrantClaims = { readonly [Name in keyof GrantClaimsRow]?: NonNullable<GrantClaimsRow[Name]> };

const names = columns.map((column) => ({ column, claim: columnNameOf(column) as keyof GrantClaims }));

/** Those columns in a SELECT over a table `g`. */
export const grantClaimColumns = names.map(({ claim }) => `g.${claim}`).join(', ');

/** The claims of the tokens that a grant issues. */
export function grantClaims(grant: GrantContext): GrantClaims {
  const claims: Partial<Record<keyof GrantClaims, string | number>> = {};
  for (const { column, claim } of names) claims[claim] = grant[column] ?? undefined;
  return claims as GrantClaims;
}

/** The same claims out of a row with {@link grantClaimColumns}, or of the payload of a JWT that we signed. */
export function readGrantClaims(source: Readonly<Record<string, unknown>>): GrantClaims {
  const claims: Partial<Record<keyof GrantClaims, string | number>> = {};
  for (const { claim } of names) {
    const value = source[claim];
    if (typeof value === 'string' || typeof value === 'number') claims[claim] = value;
  }
  return claims as GrantClaims;
}
