import type { JWK } from 'jose';
import type { ProfileName } from '../profiles/profiles.js';
import type { CertificateHeader, CertificateReader } from '../proof/certificate.js';
import type { NonceSource } from '../proof/nonces.js';
import type { ReplayStore } from '../proof/replays.js';
import type { RefusalExceptions } from '../refusal/refusal-exceptions.js';
import type { ObserverOptions } from '../telemetry/observer.js';
import type { RoleMapping, ScopeMapping } from '../token/name-mapping.js';
import type { TokenCookie, TokenReader, TokenValidator, UserResolver } from '../request/service-rules.js';

/** Options for the verification of tokens, which may differ for each issuer. Durations are in seconds. */
export interface VerificationOptions {
  /** What access tokens look like, by the product that issues them. Default: `rfc9068`, as RFC 9068 says. */
  profile?: ProfileName;
  /** The accepted signature algorithms. Default: ES256, RS256, PS256, EdDSA. `none` and HMACs are not possible. */
  algorithms?: readonly string[];
  /** The allowed difference between the clocks of issuer and service. Default: 5. */
  clockTolerance?: number;
  /** This service's credentials at the issuer's introspection endpoint. Without them, opaque tokens are refused. */
  introspection?: IntrospectionOptions;
  /** Follows the issuer's revocation feed, so that revoked signed tokens are refused at once. Eyrie has such a feed. */
  revocations?: RevocationOptions;
  /** The address at which this service reaches the issuer, if it is not its identifier: `http://eyrie.default.svc:3000`. */
  address?: string;
  /** The URL of the issuer's keys. Default: `jwks_uri` in its metadata. */
  jwksUri?: string;
  /** How the issuer's keys are cached; or the keys themselves, as a JWK Set or a list of JWKs, which are then never fetched. */
  keys?: KeyOptions | StaticKeys;
  /** Allows plain http for the URLs of the issuer, for networks that nobody else can read. Default: false, except for loopback. */
  allowHttp?: boolean;
  /** The number of verified tokens in the cache; 0 disables it. Default: 5000. */
  cacheSize?: number;
  /** The claims that contain scopes, and the service's names for scopes. Default: as in the profile, without renaming. */
  scopes?: ScopeMapping;
  /** The claims that contain roles, and the service's names for roles. Default: as in the profile, without renaming. */
  roles?: RoleMapping;
}

/** One of several issuers. Omitted options are taken from those of the service. */
export interface IssuerOptions extends VerificationOptions {
  /** The issuer's identifier, exactly as in its tokens and metadata; https, or http on loopback. */
  issuer: string;
  /** Default: the audience of the service. */
  audience?: string | readonly string[];
}

/** The options for an issuer that was resolved at run time. Omitted options are taken from those of the service. */
export type ResolvedIssuer = Omit<IssuerOptions, 'issuer'>;

/**
 * Decides at run time whether an issuer is trusted.
 *
 * @param issuer the `iss` of a token, an https URL that is not verified yet
 * @returns its options; `undefined` if it is not trusted
 */
export type IssuerResolver = (
  issuer: string,
) => ResolvedIssuer | undefined | Promise<ResolvedIssuer | undefined>;

/** The options of `BearerModule.forRoot`. Durations are in seconds. */
export interface BearerOptions extends VerificationOptions, ObserverOptions {
  /** The issuer whose tokens are accepted. Required, unless there are {@link issuers}. */
  issuer?: string;
  /** Several issuers, distinguished by the `iss` of their tokens; or a function that resolves them at run time. */
  issuers?: readonly IssuerOptions[] | IssuerResolver;
  /** This service's identifier, or a list: a token for any of them is accepted. */
  audience: string | readonly string[];
  /** The realm in challenges. Default: the first audience. */
  realm?: string;
  /** The log level of refused requests, with the failed check. Default: `debug`. */
  logRefusals?: 'debug' | 'warn' | 'off';
  /** Names the failed check in the header `Eyrie-Explain`. Has no effect if NODE_ENV is production. Default: false. */
  explain?: boolean;
  /**
   * DPoP (RFC 9449). By default, a token bound to a key passes with its proof. With `true` or options, challenges offer DPoP too.
   * With `false`, tokens bound to a key are refused.
   */
  dpop?: boolean | DpopOptions;
  /**
   * How a TLS-terminating proxy passes the client's certificate, for tokens bound to one (RFC 8705). Or a function from a request to
   * the certificate's thumbprint. Default: the certificate of the TLS connection.
   */
  mtls?: CertificateHeader | CertificateReader;
  /**
   * The origin at which clients reach this service, for DPoP proofs: `https://contacts.example.com`, or a list. Default: the origins of
   * the audiences that are URLs. Without either, tokens bound to a key are refused.
   */
  origin?: string | readonly string[];
  /**
   * Where the token is, if it is not in the Authorization header: in a cookie, or where a function finds it. A cookie needs
   * `SameSite` or another protection against forged requests of other sites.
   */
  tokenFrom?: TokenCookie | TokenReader;
  /** Checks of the service's own, at every request, in their order. */
  validators?: readonly TokenValidator[];
  /** Finds the user of a token, at every request, for `@User()` and `request.user`. */
  user?: UserResolver;
  /** Converts errors in WebSocket and microservice contexts. Default: they are thrown as {@link BearerError}. */
  exceptions?: RefusalExceptions;
  /** Called instead of the global `fetch`. */
  fetch?: typeof fetch;
  /**
   * The time, in milliseconds since the epoch, for tests. The ages of documents and of cached responses follow it too. By default, they
   * follow a monotonic clock, and the expiry of tokens `Date.now`.
   */
  now?: () => number;
}

export interface IntrospectionOptions {
  clientId: string;
  clientSecret: string;
  /** The URL of the endpoint. Default: `introspection_endpoint` in the issuer's metadata. */
  endpoint?: string;
  /** How long a response is cached, but never past the token's expiry; 0 disables the cache. Default: 5. */
  cacheFor?: number;
  /**
   * Whether an active token passes if the response has no `aud`. Accept it only if the issuer answers this service for its own tokens
   * alone. Default: `refuse`.
   */
  missingAudience?: 'refuse' | 'accept';
}

export interface DpopOptions {
  /** Refuses tokens that are not bound to a key. Default: false. */
  required?: boolean;
  /** The accepted algorithms of proofs. Default: ES256, EdDSA, PS256, RS256. */
  algorithms?: readonly string[];
  /** The maximum age of a proof. Default: 60. */
  maxAge?: number;
  /** The allowed difference between the clocks of client and service, in either direction. Default: 5. */
  clockTolerance?: number;
  /** Requires nonces in proofs: from this service, or from your own source. Default: none. */
  nonce?: NonceOptions | NonceSource;
  /** The number of unexpired proofs that are remembered; further ones get 503. Default: 100000. */
  replayCacheSize?: number;
  /** Your own store of used proofs, such as a database that all replicas share. */
  replays?: ReplayStore;
}

export interface NonceOptions {
  /** 32 characters or more. All replicas need the same secret. */
  secret: string;
  /** How long a nonce is accepted at least. Default: 300. */
  lifetime?: number;
}

export interface RevocationOptions {
  /** This service's credentials at the issuer. */
  clientId: string;
  clientSecret: string;
  /** While the feed is lost, `continue` accepts tokens, and `refuse` answers 503. */
  onLoss: 'continue' | 'refuse';
  /** The feed is lost if there is no response for this time; 2 or more. Default: 2. */
  bound?: number;
}

/** The public keys of an issuer: a JWK Set (RFC 7517 §5), or a list of JWKs. */
export type StaticKeys = { readonly keys: readonly JWK[] } | readonly JWK[];

export interface KeyOptions {
  /** Age at which keys are fetched again in the background. Default: 300. */
  refreshAfter?: number;
  /** Age at which a request waits for newer keys. Default: 600. */
  maxAge?: number;
  /** Age up to which keys are used while the issuer is unreachable. Default: 3600. */
  staleFor?: number;
  /** The minimum time between two fetches caused by an unknown `kid`. Default: 30. */
  cooldown?: number;
}
