/** Error codes of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7591 §3.2.2, RFC 8628 §3.5, RFC 9396 §5, RFC 9449 §12.2, RFC 9470 §3, OIDC Core §3.1.2.6 and CIBA Core §13. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'unsupported_token_type'
  | 'invalid_token'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_authorization_details'
  | 'access_denied'
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'interaction_required'
  | 'login_required'
  | 'account_selection_required'
  | 'consent_required'
  | 'unmet_authentication_requirements'
  | 'invalid_request_object'
  | 'invalid_request_uri'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'unknown_user_id'
  | 'invalid_binding_message';

/**
 * A protocol error. `description` is public; `detail` is for the log and the administrator only.
 * Renderers turn it into JSON (back channel), a redirect (front channel) or a page.
 */
export class OAuthError extends Error {
  readonly description: string;
  readonly status: number;
  readonly detail: string | undefined;
  /** The value of WWW-Authenticate, if the error has one. */
  readonly challenge: string | undefined;
  /** The value of Retry-After in seconds, if the error has one. */
  readonly retryAfter: number | undefined;
  /** What stands beside the code and the description in the body of a back channel. */
  readonly parameters: Readonly<Record<string, string | number>>;

  constructor(
    readonly code: OAuthErrorCode,
    description: string,
    options: {
      readonly status?: number;
      readonly detail?: string;
      readonly challenge?: string;
      readonly retryAfter?: number;
      readonly parameters?: Readonly<Record<string, string | number>>;
    } = {},
  ) {
    super(`${code}: ${description}`);
    this.name = 'OAuthError';
    this.description = printable(description);
    this.status = options.status ?? (code === 'invalid_client' ? 401 : 400);
    this.detail = options.detail;
    this.challenge = options.challenge;
    this.retryAfter = options.retryAfter;
    this.parameters = options.parameters ?? {};
  }
}

/** `error_description` may hold %x20-21 / %x23-5B / %x5D-7E only (RFC 6749 §4.1.2.1 and §5.2). */
export const printable = (text: string): string => text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "'");

export const invalidRequest = (description: string, detail?: string): OAuthError =>
  new OAuthError('invalid_request', description, { detail });

export const invalidGrant = (description: string, detail?: string): OAuthError =>
  new OAuthError('invalid_grant', description, { detail });

export const invalidScope = (description: string, detail?: string): OAuthError =>
  new OAuthError('invalid_scope', description, { detail });
