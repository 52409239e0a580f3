import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { OrganizationRealms } from '../../directory/organizations/organization-realms.js';
import { Cookies } from '../../http/cookies.js';
import { type SignInPurpose, wantedFor } from '../sign-in-purposes.js';
import type { LoadedUpstream } from './definition.js';
import { homeRealmOf } from './home-realm.js';
import { Upstreams } from './upstreams.js';

/** A choice is remembered for a year. */
const choiceSeconds = 365 * 86_400;

/** Finds the upstream at which somebody signs in. */
@Injectable()
export class HomeRealms {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly organizations: OrganizationRealms,
    private readonly cookies: Cookies,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The upstream to which somebody is led at once; undefined if they choose. */
  async find(purpose: SignInPurpose): Promise<LoadedUpstream | undefined> {
    // Whoever is about to link an account signs in here.
    if (purpose.link !== undefined) return undefined;
    const upstreams = await this.upstreams.enabled();
    if (upstreams.length === 0) return undefined;
    const { domainHint, loginHint } = hintsOf(purpose);
    const hasOwnFactors = this.settings.signIn.firstFactors.length > 0;
    const named = await this.organizations.ofOrganization(wantedFor(purpose).organization?.id);
    const organizations = {
      named: named?.alias,
      isSoleWay: named?.isSoleWay,
      ofDomainHint: await this.organizations.ofDomain(domainHint),
      ofLoginHint: await this.organizations.ofAddress(loginHint),
    };
    const alias = homeRealmOf({ upstreams, hasOwnFactors, domainHint, loginHint, organizations });
    return upstreams.find((upstream) => upstream.alias === alias);
  }

  /** The upstream of an e-mail address. */
  async ofAddress(email: string): Promise<LoadedUpstream | undefined> {
    const upstreams = await this.upstreams.enabled();
    const organizations = { ofLoginHint: await this.organizations.ofAddress(email) };
    const alias = homeRealmOf({ upstreams, hasOwnFactors: true, loginHint: email, organizations });
    return upstreams.find((upstream) => upstream.alias === alias);
  }

  /**
   * Those with a button: that of the organization for which the application wants to act first, whether it is shown to others or not,
   * then the one that was used last in this browser.
   */
  async shown(purpose: SignInPurpose, request: FastifyRequest): Promise<readonly LoadedUpstream[]> {
    const last = this.cookies.read(request, 'upstream');
    const own = await this.organizations.ofOrganization(wantedFor(purpose).organization?.id);
    const rank = ({ alias }: LoadedUpstream): number => (alias === own?.alias ? 2 : Number(alias === last));
    return (await this.upstreams.enabled())
      .filter(({ shown, alias }) => shown || alias === own?.alias)
      .toSorted((a, b) => rank(b) - rank(a));
  }

  /** Whether some people are led by their e-mail address, since there is no button for their upstream. */
  async asksAddress(): Promise<boolean> {
    const hidden = (await this.upstreams.enabled()).filter(({ shown }) => !shown);
    return (
      hidden.some(({ email_domains: domains }) => domains.length > 0) ||
      this.organizations.leadTo(hidden.map(({ alias }) => alias))
    );
  }

  /** Remembers the choice in this browser. */
  remember({ alias }: LoadedUpstream, reply: FastifyReply): void {
    this.cookies.set(reply, 'upstream', alias, choiceSeconds);
  }
}

/** What the application says of who signs in. */
export function hintsOf(purpose: SignInPurpose): {
  readonly domainHint?: string | undefined;
  readonly loginHint?: string | undefined;
} {
  if (purpose.kind !== 'interaction' || purpose.opened.kind !== 'authorization') return {};
  const { domainHint, loginHint } = purpose.opened;
  return { domainHint, loginHint };
}
