import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import {
  type MembershipSource,
  OrganizationMembersStore,
  type Sources,
} from '../../persistence/stores/organization-members.store.js';
import type { HeldOrganization } from '../../persistence/stores/organizations.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { domainOfAddress } from './domain-name.js';
import { type Moment, OrganizationMembers } from './organization-members.js';

/** How somebody becomes a member by themselves. */
interface Joining extends Moment {
  readonly source: Exclude<MembershipSource, 'here'>;
  /** The source, as the audit trail names it. */
  readonly by: string;
}

/** Who belongs to organizations by the domain of their address, or by an upstream. A membership lasts as long as one of its sources. */
@Injectable()
export class MembershipSources {
  constructor(
    private readonly store: OrganizationMembersStore,
    private readonly members: OrganizationMembers,
    private readonly changes: Changes,
  ) {}

  /** Makes a user who is held a member of an organization that is held, with its default roles. A member gets a further source alone. */
  async join(
    tx: Transaction,
    { id: organizationId, name, defaultRoles }: HeldOrganization,
    userId: string,
    { source, by, actor, now }: Joining,
  ): Promise<void> {
    if (!(await this.store.addMember(tx, organizationId, userId, { source, now }))) return;
    const roles = (defaultRoles ?? []).toSorted();
    await this.store.setRoles(tx, organizationId, userId, roles);
    const detail = { organization: organizationId, name, roles: roles.join(' '), by };
    await this.changes.record(tx, { event: 'organization.member_joined', actor, userId, detail }, now);
  }

  /** Ends what a user who is held belongs to by an address that is not, or no longer, their verified one. */
  async endOfAddress(tx: Transaction, userId: string, email: string | null, moment: Moment): Promise<void> {
    const domain = email === null ? undefined : domainOfAddress(email);
    for (const sources of await this.store.sourcesOf(tx, userId))
      if (sources.byDomain !== null && sources.byDomain !== domain)
        await this.endSource(tx, sources, userId, 'byDomain', moment);
  }

  /** Ends what a user who is held belongs to by an upstream to which they are not linked any more. */
  async endOfUpstream(tx: Transaction, userId: string, upstreamId: string, moment: Moment): Promise<void> {
    for (const sources of await this.store.sourcesOf(tx, userId))
      if (sources.byUpstreamId === upstreamId)
        await this.endSource(tx, sources, userId, 'byUpstreamId', moment);
  }

  /** Ends one source of a membership, and the membership unless another is left. */
  private async endSource(
    tx: Transaction,
    { organizationId, madeHere, ...sources }: Sources,
    userId: string,
    source: 'byDomain' | 'byUpstreamId',
    moment: Moment,
  ): Promise<void> {
    const other = source === 'byDomain' ? sources.byUpstreamId : sources.byDomain;
    if (madeHere || other !== null) await this.store.dropSource(tx, organizationId, userId, source);
    else await this.members.end(tx, organizationId, userId, moment);
  }
}
