import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { Originator } from '../../audit/originator.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { IdentitiesStore } from '../../persistence/stores/identities.store.js';
import { OrganizationDomainsStore } from '../../persistence/stores/organization-domains.store.js';
import { OrganizationRealmsStore } from '../../persistence/stores/organization-realms.store.js';
import { OrganizationsStore } from '../../persistence/stores/organizations.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { domainOfAddress } from './domain-name.js';
import { MembershipSources } from './membership-sources.js';

/** An upstream at which people sign in. */
interface JoinedUpstream {
  readonly id: string;
  readonly alias: string;
}

/** Makes people who sign in members of the organizations that say so. */
@Injectable()
export class OrganizationJoining {
  constructor(
    private readonly realms: OrganizationRealmsStore,
    private readonly domains: OrganizationDomainsStore,
    private readonly organizations: OrganizationsStore,
    private readonly memberships: MembershipSources,
    private readonly users: UsersStore,
    private readonly identities: IdentitiesStore,
    private readonly changes: Changes,
  ) {}

  /** Has somebody join the organization for which the domain of their verified address is verified, if it takes its people so. */
  async byAddress(userId: string, actor: Originator): Promise<void> {
    const domain = verifiedDomainOf(await this.users.find(userId));
    const organizationId = domain && (await this.realms.joinedByDomain(domain, userId));
    if (!domain || !organizationId) return;
    await this.changes.change([], async (tx, now) => {
      const organization = await this.organizations.hold(tx, organizationId);
      // What has led here may have changed meanwhile.
      if (!organization?.joinByDomain || verifiedDomainOf(await this.users.hold(tx, userId)) !== domain)
        return;
      if (!(await this.domains.holdVerified(tx, organizationId, domain))) return;
      await this.memberships.join(tx, organization, userId, {
        source: { domain },
        by: `domain:${domain}`,
        actor,
        now,
      });
    });
  }

  /** Has somebody who has signed in at an upstream join the organizations whose upstream it is, if they take their people so. */
  async byUpstream(
    { id: upstreamId, alias }: JoinedUpstream,
    userId: string,
    actor: Originator,
  ): Promise<void> {
    for (const organizationId of await this.realms.joinedByUpstream({ id: upstreamId, alias }, userId))
      await this.changes.change([], async (tx, now) => {
        const organization = await this.organizations.hold(tx, organizationId);
        if (!organization?.joinByUpstream || organization.upstream !== alias) return;
        // Held, so that the link cannot be removed beside it.
        if (!(await this.users.hold(tx, userId)) || !(await this.identities.isLinked(tx, upstreamId, userId)))
          return;
        const by = `upstream:${alias}`;
        await this.memberships.join(tx, organization, userId, { source: { upstreamId }, by, actor, now });
      });
  }
}

/** The domain of the verified address of a user, in the form in which domains are compared. */
function verifiedDomainOf(
  user: Pick<User, 'email' | 'emailVerified'> | null | undefined,
): string | undefined {
  return user?.emailVerified && user.email !== null ? domainOfAddress(user.email) : undefined;
}
