import { HttpException } from '@nestjs/common';
import { describeFinding, type Finding } from '../token/finding.js';

export type BearerErrorCode =
  | 'missing_token'
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'temporarily_unavailable';

export interface BearerErrorOptions {
  status: number;
  /** The value of `WWW-Authenticate`. */
  challenge?: string;
  /** The value of `Retry-After`, in seconds. */
  retryAfter?: number;
  /** Further headers. */
  headers?: Readonly<Record<string, string>>;
  /** Which check failed, for the log. */
  finding?: Finding;
  cause?: unknown;
}

const GRAPHQL_CODES = new Map([
  [400, 'BAD_REQUEST'],
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [503, 'SERVICE_UNAVAILABLE'],
]);

/**
 * An error of the guard. Its body is `{ error, error_description }`. Its headers are set on the response before it is thrown, so no
 * exception filter is needed.
 */
export class BearerError extends HttpException {
  readonly challenge: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly finding: Finding | undefined;
  /** The extensions in a GraphQL response: Apollo's name for the status, and the error code. */
  readonly extensions: { readonly code: string; readonly error: BearerErrorCode };

  constructor(
    readonly code: BearerErrorCode,
    readonly description: string,
    { status, challenge, retryAfter, headers, finding, cause }: BearerErrorOptions,
  ) {
    super({ error: code, error_description: description }, status, { cause });
    this.name = 'BearerError';
    this.message = description;
    this.challenge = challenge;
    this.finding = finding;
    this.extensions = { code: GRAPHQL_CODES.get(status) ?? 'INTERNAL_SERVER_ERROR', error: code };
    this.headers = {
      'Cache-Control': 'no-store',
      ...(challenge !== undefined && { 'WWW-Authenticate': challenge }),
      ...(retryAfter !== undefined && { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter))) }),
      ...headers,
    };
  }

  /** The finding on one line, for the log. */
  get detail(): string {
    return this.finding ? describeFinding(this.finding) : this.description;
  }
}
