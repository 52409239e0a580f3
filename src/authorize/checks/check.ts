import type { RegisteredClient } from '../../clients/registered-client.js';
import type { Settings } from '../../config/settings.js';
import type { JwtVerifier } from '../../keys/jwt-verifier.js';
import type { Parameters } from '../../protocol/parameters.js';
import type { ResourceCatalogue } from '../../resource/resource-catalogue.js';
import type { AuthorizationRequest, ProvenRequest } from '../authorization-request.js';

/** Where authorization requests are checked. */
export type Endpoint =
  /** A request that arrives at the authorization endpoint. */
  | 'authorize'
  /** The same request when the browser comes back from one of our pages. */
  | 'resume'
  /** A request that a client pushes (RFC 9126). */
  | 'pushed';

/** What the checks find out about a proven request. */
export type Findings = Omit<AuthorizationRequest, keyof ProvenRequest>;

/** A proven request with the findings of the checks so far. Findings that are still to come have their initial value. */
export type Draft = ProvenRequest & Findings;

/** What checks may ask beyond the request itself. */
export interface Knowledge {
  readonly settings: Settings;
  readonly catalogue: ResourceCatalogue;
  readonly jwtVerifier: JwtVerifier;
}

/**
 * One rule.
 * @returns what it found out, if anything
 * @throws OAuthError which is sent to the client
 */
export type Check = (
  request: Draft,
  knowledge: Knowledge,
) => Partial<Findings> | void | Promise<Partial<Findings> | void>;

/** The least that a request for somebody's authorization is: a known client, and parameters. */
export interface ClientRequest {
  readonly client: RegisteredClient;
  readonly parameters: Parameters;
}
