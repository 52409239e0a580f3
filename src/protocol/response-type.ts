/** The response types of OAuth 2.0 Multiple Response Types §3 and §5, by the names under which they are registered. */
export const responseTypes = [
  'code',
  'id_token',
  'code id_token',
  'id_token token',
  'code token',
  'code id_token token',
] as const;
export type ResponseType = (typeof responseTypes)[number];

/** What a response type has the authorization endpoint issue. */
export type Artifact = 'code' | 'id_token' | 'token';

const byParts = new Map(responseTypes.map((type) => [sorted(type), type]));

/** The registered name of a response type: "the order of the values does not matter" (OAuth 2.0 Multiple Response Types §3). */
export function canonicalResponseType(value: string): ResponseType | undefined {
  return byParts.get(sorted(value));
}

export const issues = (type: string, artifact: Artifact): boolean => type.split(' ').includes(artifact);

/** Whether tokens come straight from the authorization endpoint: then never in a query (§2.1 and §5). */
export const issuesTokens = (type: string): boolean => issues(type, 'id_token') || issues(type, 'token');

/** The response types that fit these grant types, for a client that names none (RFC 7591 §2.1). */
export const defaultResponseTypes = (grantTypes: readonly string[]): string[] =>
  grantTypes.includes('authorization_code') ? ['code'] : [];

function sorted(value: string): string {
  return value.split(' ').toSorted().join(' ');
}
