import type { LoadedUpstream } from './definition.js';
import { domainOf } from './mapping.js';

/** What the choice of an upstream depends on. */
export interface HomeRealmSituation {
  /** Those at which people may sign in. */
  readonly upstreams: readonly Pick<LoadedUpstream, 'alias' | 'email_domains'>[];
  /** Whether people can sign in here, by a password or a passkey. */
  readonly hasOwnFactors: boolean;
  /** `domain_hint` of the request: a domain, or the alias of an upstream. */
  readonly domainHint?: string | undefined;
  /** `login_hint` of the request (OIDC Core §3.1.2.1). */
  readonly loginHint?: string | undefined;
  /** Aliases of the upstreams of organizations. */
  readonly organizations?: OrganizationUpstreams;
}

/** The upstreams of organizations that a request leads to. */
export interface OrganizationUpstreams {
  /** Of the one for which the client wants to act. */
  readonly named?: string | undefined;
  /** Whether its people sign in nowhere else. */
  readonly isSoleWay?: boolean | undefined;
  /** Of the one for which the domain in `domain_hint` is verified. */
  readonly ofDomainHint?: string | undefined;
  /** Of the one for which the domain of the address in `login_hint` is verified. */
  readonly ofLoginHint?: string | undefined;
}

/**
 * The upstream to which somebody is led without being asked, read from top to bottom: the one that the application names; that of the
 * organization for which it wants to act, if its people sign in nowhere else; the one of the domain that the application names; the one
 * of the domain of their e-mail address; the only one, where nothing else is offered. A domain that the upstream itself names counts
 * before one that is verified for an organization.
 * @returns its alias; undefined if the person chooses
 */
export function homeRealmOf({
  upstreams,
  hasOwnFactors,
  domainHint,
  loginHint,
  organizations = {},
}: HomeRealmSituation): string | undefined {
  const { named, isSoleWay = false, ofDomainHint, ofLoginHint } = organizations;
  const ofAlias = (wanted: string | undefined) => upstreams.find(({ alias }) => alias === wanted);
  const ofDomain = (domain: string | undefined) =>
    upstreams.find(({ email_domains: domains }) => domains.some((one) => one.toLowerCase() === domain));
  const only = !hasOwnFactors && upstreams.length === 1 ? upstreams[0] : undefined;
  const found =
    ofAlias(domainHint) ??
    (isSoleWay ? ofAlias(named) : undefined) ??
    ofDomain(domainHint?.toLowerCase()) ??
    ofAlias(ofDomainHint) ??
    ofDomain(domainOf(loginHint ?? '')) ??
    ofAlias(ofLoginHint) ??
    only;
  return found?.alias;
}
