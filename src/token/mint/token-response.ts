import type { AccessTokenFacts } from '../../audit/issue-groups.js';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import type { TokenType } from '../../protocol/confirmation.js';
import { formatScope } from '../../protocol/scope.js';
import type { MintedAccessToken } from './access-token.js';

/** A successful answer of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3). */
export interface TokenResponse {
  readonly access_token: string;
  /** N_A if what was issued is not an access token (RFC 8693 §2.2.1). */
  readonly token_type: TokenType | 'N_A';
  /** Seconds. */
  readonly expires_in: number;
  /** Absent if the token has no scope: an empty value does not match the syntax of RFC 6749 §3.3. */
  readonly scope?: string;
  /** Those of the access token (RFC 9396 §7); absent if it has none. */
  readonly authorization_details?: readonly AuthorizationDetail[] | undefined;
  readonly refresh_token?: string;
  readonly id_token?: string;
  /** Of an exchange (RFC 8693 §2.2.1). */
  readonly issued_token_type?: string;
}

/** What the exchange of a code, a token or credentials gives. */
export interface IssuedTokens {
  readonly response: TokenResponse;
  /** What the audit trail says of the access token; absent if none was issued. */
  readonly facts?: AccessTokenFacts;
}

export function issuedTokens(
  access: MintedAccessToken,
  scopes: readonly string[],
  more: {
    readonly refreshToken?: string | undefined;
    readonly idToken?: string | undefined;
    readonly issuedTokenType?: string;
  } = {},
): IssuedTokens {
  const response = {
    access_token: access.token,
    token_type: access.tokenType,
    expires_in: access.expiresIn,
    scope: formatScope(scopes) || undefined,
    authorization_details: access.authorizationDetails.length > 0 ? access.authorizationDetails : undefined,
    refresh_token: more.refreshToken,
    id_token: more.idToken,
    issued_token_type: more.issuedTokenType,
  };
  return { response, facts: access.facts };
}
