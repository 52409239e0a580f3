import { isPersonScope } from './scope.js';
import { namesUri } from './uri.js';

/** What administrators bound, whatever a client registers and people allow it. */
export interface ClientBounds {
  /** Seconds that its access tokens last at most; undefined if they last as long as any. */
  readonly maxTokenTtlSeconds: number | undefined;
  /** The only resources for which it may get tokens; undefined for any. */
  readonly resources: readonly string[] | undefined;
  /** Whether its access tokens must be bound to a key by DPoP. */
  readonly requiresDpop: boolean;
}

/** What is known of a client whose bounds are asked for. */
export interface BoundClient {
  /** Whether it says that it is an agent. */
  readonly isAgent: boolean;
  /** Whether nobody here registered it: it came by itself, or by a document. */
  readonly registeredItself: boolean;
  /** Its own bounds. */
  readonly own: ClientBounds;
}

/** The bounds of a client that has none. */
export const unbounded: ClientBounds = {
  maxTokenTtlSeconds: undefined,
  resources: undefined,
  requiresDpop: false,
};

/**
 * The bounds that hold for a client: its own, and those of all agents, whichever are stricter. The latter also hold for clients that
 * registered themselves and do not say that they are agents: what a client says of itself never widens what it may have.
 */
export const boundsOf = (
  { isAgent, registeredItself, own }: BoundClient,
  ofAgents: ClientBounds,
): ClientBounds => (isAgent || registeredItself ? stricter(own, ofAgents) : own);

function stricter(one: ClientBounds, other: ClientBounds): ClientBounds {
  return {
    maxTokenTtlSeconds: shorter(one.maxTokenTtlSeconds, other.maxTokenTtlSeconds),
    resources: common(one.resources, other.resources),
    requiresDpop: one.requiresDpop || other.requiresDpop,
  };
}

const shorter = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

const common = (
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined =>
  one && other ? one.filter((identifier) => namesUri(other, identifier)) : (one ?? other);

/**
 * Whether something that belongs to a resource is within the bounds.
 * @param resource the identifier; undefined if it belongs to none
 */
export const isWithinBounds = ({ resources }: ClientBounds, resource: string | undefined): boolean =>
  resources === undefined || (resource !== undefined && namesUri(resources, resource));

/**
 * Whether a scope is within the bounds. What OpenID Connect says of a person is no matter of resources; `issuer` is the resource to which
 * its scopes belong.
 */
export const isScopeWithinBounds = (
  bounds: ClientBounds,
  scope: string,
  { resource, issuer }: { readonly resource: string | undefined; readonly issuer: string },
): boolean => (isPersonScope(scope) && resource === issuer) || isWithinBounds(bounds, resource);
