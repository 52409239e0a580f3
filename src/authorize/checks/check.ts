import type { ClientDirectory } from '../../clients/client-directory.js';
import type { Settings } from '../../config/settings.js';
import type { JwtVerifier } from '../../keys/jwt-verifier.js';
import type { AuthorizationDetails } from '../../resource/authorization-details/authorization-details.js';
import type { ResourceCatalogue } from '../../resource/resource-catalogue.js';

/** Where authorization requests are checked. */
export type RequestEndpoint =
  /** A request that arrives at the authorization endpoint, by GET or POST. */
  | 'authorize'
  /** The same request when the browser comes back from one of our pages. */
  | 'resume'
  /** A request that a client pushes (RFC 9126). */
  | 'pushed';

/** All endpoints with requests for somebody's authorization. */
export type Endpoint =
  | RequestEndpoint
  /** The device authorization endpoint (RFC 8628 §3.1). */
  | 'device'
  /** The backchannel authentication endpoint (CIBA Core §7). */
  | 'backchannel';

/** What checks may ask beyond the request itself. */
export interface Knowledge {
  readonly clients: Pick<ClientDirectory, 'find'>;
  readonly catalogue: Pick<ResourceCatalogue, 'all' | 'isOwn' | 'registered' | 'scopesAt'>;
  readonly authorizationDetails: Pick<AuthorizationDetails, 'at' | 'requested' | 'resourcesOf'>;
  readonly jwtVerifier: Pick<JwtVerifier, 'verifyHint'>;
  readonly settings: Pick<Settings, 'issuer' | 'responseTypes' | 'requirePushedRequests' | 'signIn'>;
}

/**
 * One rule.
 * @param request the request at the stage that the check reads
 * @returns what the check adds to the request, if anything; may be a promise
 * @throws PageError before the client and its redirection URI are proven; OAuthError after that
 */
export type Check<Stage> = (request: Stage, knowledge: Knowledge) => object | void;

/** A line of the table: a check, and the endpoints at which it is made. */
export type Row<Stage, At extends Endpoint = RequestEndpoint> = readonly [
  at: readonly At[],
  check: Check<Stage>,
];

/** What these rows add to a request at the given endpoints. A row counts if its check is made at all of them. */
export type Added<Rows extends readonly unknown[], At extends Endpoint> = Rows extends readonly [
  infer First,
  ...infer Others,
]
  ? AddedBy<First, At> & Added<Others, At>
  : unknown;

type AddedBy<Line, At extends Endpoint> = Line extends readonly [
  readonly (infer Listed)[],
  (...parameters: never[]) => infer Result,
]
  ? [At] extends [Listed]
    ? Awaited<Result> extends object
      ? Awaited<Result>
      : unknown
    : unknown
  : never;
