import type { CertificateHeader, CertificateReader } from '../proof/certificate.js';
import type { NonceSource } from '../proof/nonces.js';
import type { ReplayStore } from '../proof/replays.js';
import type { RefusalExceptions } from '../refusal/refusal-exceptions.js';
import type { ScopeMapping } from '../token/scope-mapping.js';

/** How tokens are verified; with several issuers, each may differ. Durations are in seconds. */
export interface VerificationOptions {
  /** Signature algorithms accepted. Default: ES256, RS256, PS256, EdDSA. Never `none` or an HMAC. */
  algorithms?: readonly string[];
  /** How far the clocks of issuer and service may be apart. Default: 5. */
  clockTolerance?: number;
  /** This service's credentials at the issuer's introspection endpoint; without them opaque tokens are refused. */
  introspection?: IntrospectionOptions;
  /** Follows the issuer's revocation feed, so that signed tokens die at once here. Eyrie has one. */
  revocations?: RevocationOptions;
  /** How the issuer's keys are kept. */
  keys?: KeyOptions;
  /** How many verified tokens are remembered; 0 remembers none. Default: 5000. */
  cacheSize?: number;
  /** Where the scopes of a token stand, and what the service calls them. Default: `scope`, by their own names. */
  scopes?: ScopeMapping;
}

/** One of several issuers. What it leaves out is as for all. */
export interface IssuerOptions extends VerificationOptions {
  /** The issuer's identifier, exactly as its tokens and its metadata spell it: https, or http on loopback. */
  issuer: string;
  /** Default: that of the service. */
  audience?: string | readonly string[];
}

/** How tokens are verified and requests refused. Durations are in seconds. */
export interface BearerOptions extends VerificationOptions {
  /** The issuer whose tokens are accepted; or {@link issuers}. */
  issuer?: string;
  /** Several issuers, told apart by the `iss` of their tokens. */
  issuers?: readonly IssuerOptions[];
  /** This service's identifier; with several, a token for any of them is accepted. */
  audience: string | readonly string[];
  /** Named in challenges. Default: the first audience. */
  realm?: string;
  /** Level at which refusals are logged, with the check that failed. Default: `debug`. */
  logRefusals?: 'debug' | 'warn' | 'off';
  /** Says in the header `Eyrie-Explain` of a refusal which check failed. Has no effect where NODE_ENV is production. */
  explain?: boolean;
  /**
   * How DPoP proofs are checked (RFC 9449). Tokens bound to a key pass with their proof in any case, but for `false`;
   * with `true` or options, challenges offer DPoP as well.
   */
  dpop?: boolean | DpopOptions;
  /**
   * Where a proxy ends TLS: how it tells the client's certificate, for tokens bound to one (RFC 8705). Or the service's
   * own way from a request to the certificate's thumbprint.
   */
  mtls?: CertificateHeader | CertificateReader;
  /** Where clients reach this service, for DPoP proofs: `https://contacts.example.com`. Default: as requests say. */
  origin?: string | readonly string[];
  /** What refusals are thrown as in WebSocket and microservice contexts. Default: as {@link BearerError}. */
  exceptions?: RefusalExceptions;
  /** Called in place of the global `fetch`. */
  fetch?: typeof fetch;
  /** The time, in milliseconds since the epoch. Default: `Date.now`. */
  now?: () => number;
}

export interface IntrospectionOptions {
  clientId: string;
  clientSecret: string;
  /** How long an answer is believed, never past the token's expiry; 0 asks each time. Default: 5. */
  cacheFor?: number;
}

export interface DpopOptions {
  /** Refuses tokens that are not bound to a key. Default: false. */
  required?: boolean;
  /** Algorithms of proofs. Default: ES256, EdDSA, PS256, RS256. */
  algorithms?: readonly string[];
  /** How old a proof may be. Default: 60. */
  maxAge?: number;
  /** How far the clocks of client and service may be apart, in either direction. Default: 5. */
  clockTolerance?: number;
  /** Asks for nonces of this service in proofs, or for those of a source of its own. Default: none. */
  nonce?: NonceOptions | NonceSource;
  /** How many proofs are remembered; when that many still count, further ones get 503. Default: 100000. */
  replayCacheSize?: number;
  /** Where proofs are remembered instead, for instance a database that all replicas share. */
  replays?: ReplayStore;
}

export interface NonceOptions {
  /** 32 characters or more; all replicas need the same. */
  secret: string;
  /** How long a nonce is good. Default: 300. */
  lifetime?: number;
}

export interface RevocationOptions {
  /** This service's credentials at the issuer. */
  clientId: string;
  clientSecret: string;
  /** Whether tokens are believed or answered with 503 while the feed is lost. */
  onLoss: 'continue' | 'refuse';
  /** The feed is lost when it has not answered for so long; 2 or more. Default: 2. */
  bound?: number;
}

export interface KeyOptions {
  /** Age at which keys are fetched again in the background. Default: 300. */
  refreshAfter?: number;
  /** Age at which a request waits for fresh keys. Default: 600. */
  maxAge?: number;
  /** Age up to which keys are used while the issuer is away. Default: 3600. */
  staleFor?: number;
  /** Shortest time between two fetches for the sake of an unknown `kid`. Default: 30. */
  cooldown?: number;
}
