import { reasonOf } from '../fetch/reason.js';
import type { Finding } from '../token/finding.js';
import type { Shortfall } from '../route/route-policy.js';
import { BearerError, type BearerErrorCode } from './bearer-error.js';
import { challenge, type Scheme } from '../request/challenge.js';

/** The contents of all challenges of a protection space. */
export interface ProtectionSpace {
  readonly realm: string;
  /** The URL of the resource's metadata (RFC 9728 §5.1). */
  readonly resourceMetadata: string | undefined;
  /** The accepted algorithms of DPoP proofs (RFC 9449 §7.1). */
  readonly proofAlgorithms: readonly string[];
  /** Whether DPoP is offered if a request has no token: not, beside Bearer, or alone. */
  readonly offersDpop: 'no' | 'beside' | 'alone';
}

interface Refused {
  status?: number;
  attributes?: Readonly<Record<string, string | undefined>>;
  headers?: Readonly<Record<string, string>>;
  finding?: Finding;
  cause?: unknown;
}

/** Makes the errors of RFC 6750 §3, RFC 9449 §7 and RFC 9470 §3 for one protection space. */
export class Refusals {
  readonly #space: ProtectionSpace;

  constructor(space: ProtectionSpace) {
    this.#space = space;
  }

  /** The errors of a part of the service that is a separate resource. */
  ofPart(realm: string): Refusals {
    return new Refusals({ ...this.#space, realm, resourceMetadata: undefined });
  }

  /**
   * For a request without credentials, the challenge has neither an error code nor a description (RFC 6750 §3.1). Where clients find the
   * authorization server by the metadata in it, they also find what to ask for there.
   *
   * @param scopes those of the route
   */
  missingToken(scopes: readonly string[] = []): BearerError {
    const { offersDpop, resourceMetadata } = this.#space;
    const attributes = resourceMetadata === undefined ? {} : { scope: scopes.join(' ') || undefined };
    return new BearerError('missing_token', 'This resource needs a bearer token', {
      status: 401,
      challenge: [
        ...(offersDpop === 'alone' ? [] : [this.#challenge('Bearer', attributes)]),
        ...(offersDpop === 'no' ? [] : [this.#challenge('DPoP', attributes)]),
      ].join(', '),
      finding: { check: 'access token', received: undefined },
    });
  }

  invalidRequest(description: string, finding: Finding = { check: description }): BearerError {
    return this.#refuse('invalid_request', 'Bearer', description, { status: 400, finding });
  }

  /** @param scheme the scheme of the request */
  invalidToken(scheme: Scheme, description: string, finding?: Finding, cause?: unknown): BearerError {
    return this.#refuse('invalid_token', scheme, description, { finding, cause });
  }

  /** A token that is bound to a key was sent as a bearer token (RFC 9449 §7.2). The challenge always offers DPoP. */
  boundToken(description: string, finding: Finding): BearerError {
    const bearer = this.#challenge('Bearer', { error: 'invalid_token', error_description: description });
    return new BearerError('invalid_token', description, {
      status: 401,
      challenge: `${bearer}, ${this.#challenge('DPoP')}`,
      finding,
    });
  }

  invalidProof(description: string, finding?: Finding, cause?: unknown): BearerError {
    return this.#refuse('invalid_dpop_proof', 'DPoP', description, { finding, cause });
  }

  /** The client must send a new proof with this nonce (RFC 9449 §9). */
  useNonce(nonce: string, finding: Finding): BearerError {
    return this.#refuse('use_dpop_nonce', 'DPoP', 'The DPoP proof needs the nonce in the DPoP-Nonce header', {
      headers: { 'DPoP-Nonce': nonce },
      finding,
    });
  }

  /** The token is valid but does not meet the requirements of the route. */
  insufficient(scheme: Scheme, shortfall: Shortfall): BearerError {
    switch (shortfall.kind) {
      case 'scope': {
        const { needed, missing, any } = shortfall;
        const description = any
          ? 'The access token holds none of the scopes that this resource accepts'
          : 'The access token does not hold the scopes of this resource';
        return this.#refuse('insufficient_scope', scheme, description, {
          status: 403,
          attributes: { scope: needed.join(' ') },
          finding: { check: 'scope', expected: needed.join(' '), received: `no ${missing.join(' ')}` },
        });
      }
      case 'authentication': {
        const { acr, maxAge } = shortfall.needed;
        const description = 'This resource needs a stronger or more recent authentication';
        return this.#refuse('insufficient_user_authentication', scheme, description, {
          attributes: { acr_values: acr.join(' ') || undefined, max_age: maxAge?.toString() },
          finding: shortfall.finding,
        });
      }
      default: {
        const { claim, expected, received } = shortfall.unmet;
        const description = 'The claims of the access token do not meet the requirements of this resource';
        return this.#refuse('insufficient_scope', scheme, description, {
          status: 403,
          finding: { check: claim, expected, received },
        });
      }
    }
  }

  /** It is not known whether the token is valid. `retryAfter` is in seconds. */
  unavailable(retryAfter: number, cause: Error): BearerError {
    const description = 'Access tokens cannot be verified at the moment';
    return new BearerError('temporarily_unavailable', description, {
      status: 503,
      retryAfter,
      finding: { check: reasonOf(cause) },
      cause,
    });
  }

  #refuse(
    code: BearerErrorCode,
    scheme: Scheme,
    description: string,
    { status = 401, attributes, headers, finding, cause }: Refused,
  ): BearerError {
    const own = this.#challenge(scheme, { error: code, error_description: description, ...attributes });
    const offer =
      scheme === 'Bearer' && this.#space.offersDpop !== 'no' ? `, ${this.#challenge('DPoP')}` : '';
    return new BearerError(code, description, { status, challenge: own + offer, headers, finding, cause });
  }

  #challenge(scheme: Scheme, attributes: Readonly<Record<string, string | undefined>> = {}): string {
    const { realm, resourceMetadata, proofAlgorithms } = this.#space;
    return challenge(scheme, {
      realm,
      ...attributes,
      algs: scheme === 'DPoP' ? proofAlgorithms.join(' ') : undefined,
      resource_metadata: resourceMetadata,
    });
  }
}
