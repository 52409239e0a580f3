import { ConflictException, Injectable } from '@nestjs/common';
import type { Originator } from '../audit/originator.js';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
import { OrganizationRealmsStore } from '../persistence/stores/organization-realms.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { StatedAttributes } from './attributes/stated-attributes.js';
import { GroupMembers } from './group-members.js';
import { MembershipSources } from './organizations/membership-sources.js';

/** What people are by an upstream: members of groups and of organizations, and what it states of their attributes. */
@Injectable()
export class UpstreamAffiliations {
  constructor(
    private readonly groups: GroupMembers,
    private readonly attributes: StatedAttributes,
    private readonly memberships: MembershipSources,
    private readonly realms: OrganizationRealmsStore,
    private readonly identities: IdentitiesStore,
  ) {}

  /**
   * Ends what a user who is held is by an upstream, once a link to it is removed. Whoever has another link to it still belongs to its
   * organizations; its groups and attributes come with the next sign-in.
   */
  async endWithin(
    tx: Transaction,
    upstreamId: string,
    userId: string,
    moment: { readonly actor: Originator; readonly now: number },
  ): Promise<void> {
    await this.groups.endWithin(tx, upstreamId, userId, moment);
    await this.attributes.endWithin(tx, upstreamId, userId, moment);
    if (!(await this.identities.isLinked(tx, upstreamId, userId)))
      await this.memberships.endOfUpstream(tx, userId, upstreamId, moment);
  }

  /**
   * For an upstream that is held, and is about to be deleted.
   * @throws ConflictException if it is the upstream of an organization
   */
  async requireUnnamed(tx: Transaction, alias: string): Promise<void> {
    if (await this.realms.isNamed(tx, alias))
      throw new ConflictException(
        `${alias} is the upstream of an organization: give that another one, or none`,
      );
  }
}
