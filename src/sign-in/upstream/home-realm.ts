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
}

/**
 * The upstream to which somebody is led without being asked, read from top to bottom: the one that the application names; the one of the
 * domain of their e-mail address; the only one, where nothing else is offered.
 * @returns its alias; undefined if the person chooses
 */
export function homeRealmOf({
  upstreams,
  hasOwnFactors,
  domainHint,
  loginHint,
}: HomeRealmSituation): string | undefined {
  const named = upstreams.find(({ alias }) => alias === domainHint);
  const ofDomain = (domain: string | undefined) =>
    upstreams.find(({ email_domains: domains }) => domains.some((one) => one.toLowerCase() === domain));
  const only = !hasOwnFactors && upstreams.length === 1 ? upstreams[0] : undefined;
  const found = named ?? ofDomain(domainHint?.toLowerCase()) ?? ofDomain(domainOf(loginHint ?? '')) ?? only;
  return found?.alias;
}
