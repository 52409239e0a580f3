import { HttpException } from '@nestjs/common';

export type BearerErrorCode =
  'missing_token' | 'invalid_request' | 'invalid_token' | 'insufficient_scope' | 'temporarily_unavailable';

export interface BearerErrorOptions {
  status: number;
  /** Value of `WWW-Authenticate`. */
  challenge?: string;
  /** Seconds, for `Retry-After`. */
  retryAfter?: number;
  cause?: unknown;
}

/**
 * A refusal of the guard. Its body is `{ error, error_description }`; its headers are already on the response when
 * it is thrown, so that no exception filter has to know of it.
 */
export class BearerError extends HttpException {
  readonly challenge: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: BearerErrorCode,
    readonly description: string,
    { status, challenge, retryAfter, cause }: BearerErrorOptions,
  ) {
    super({ error: code, error_description: description }, status, { cause });
    this.name = 'BearerError';
    this.message = description;
    this.challenge = challenge;
    this.headers = {
      'Cache-Control': 'no-store',
      ...(challenge !== undefined && { 'WWW-Authenticate': challenge }),
      ...(retryAfter !== undefined && { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter))) }),
    };
  }
}

/** The refusals of RFC 6750 §3, for one protection space. */
export class Refusals {
  readonly #realm: string;

  /** @throws {TypeError} when the realm cannot stand in a header */
  constructor(realm: string) {
    if (!/^[\x20-\x7e]+$/.test(realm)) {
      throw new TypeError('BearerModule: realm must be printable ASCII');
    }
    this.#realm = realm;
  }

  /** RFC 6750 §3.1: a request without any credentials is told neither an error code nor a description. */
  missingToken(): BearerError {
    return new BearerError('missing_token', 'This resource needs a bearer token', {
      status: 401,
      challenge: this.#challenge({}),
    });
  }

  invalidRequest(description: string): BearerError {
    return this.#refuse('invalid_request', 400, description);
  }

  invalidToken(description: string, cause?: unknown): BearerError {
    return this.#refuse('invalid_token', 401, description, {}, cause);
  }

  /** @param scopes every scope that the resource needs, for the `scope` attribute */
  insufficientScope(scopes: readonly string[]): BearerError {
    return this.#refuse(
      'insufficient_scope',
      403,
      'The access token does not hold the scopes of this resource',
      {
        scope: scopes.join(' '),
      },
    );
  }

  /** The token is neither good nor bad for now; `retryAfter` is in seconds. */
  unavailable(retryAfter: number, cause?: unknown): BearerError {
    const description = 'Access tokens cannot be verified at the moment';
    return new BearerError('temporarily_unavailable', description, { status: 503, retryAfter, cause });
  }

  #refuse(
    code: BearerErrorCode,
    status: number,
    description: string,
    attributes: Record<string, string> = {},
    cause?: unknown,
  ): BearerError {
    const challenge = this.#challenge({ error: code, error_description: description, ...attributes });
    return new BearerError(code, description, { status, challenge, cause });
  }

  #challenge(attributes: Record<string, string>): string {
    const pairs = Object.entries({ realm: this.#realm, ...attributes });
    return `Bearer ${pairs.map(([name, value]) => `${name}="${quotable(value)}"`).join(', ')}`;
  }
}

// RFC 6750 §3 keeps `"` and `\` out of error_description, RFC 9110 §5.6.4 lets them stand escaped in a realm.
function quotable(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&');
}
