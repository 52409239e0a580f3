import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import {
  columnsOfSource,
  type MembershipSource,
  OrganizationMembersStore,
  type Sources,
} from '../../persistence/stores/organization-members.store.js';
import { type HeldOrganization, OrganizationsStore } from '../../persistence/stores/organizations.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { domainOfAddress } from './domain-name.js';
import { type Moment, OrganizationMembers } from './organization-members.js';
import { sourceNamesOf } from './source-names.js';

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
    private readonly organizations: OrganizationsStore,
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
    const before = await this.store.addMember(tx, organizationId, userId, { source, now });
    if (before) {
      const after = { ...before, ...columnsOfSource(source) };
      const about = { organization: organizationId, name };
      await this.members.noteSources(tx, about, userId, { before, after, actor, now });
      return;
    }
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
    { organizationId, ...before }: Sources,
    userId: string,
    source: 'byDomain' | 'byUpstreamId',
    moment: Moment,
  ): Promise<void> {
    const after = { ...before, [source]: null };
    if (sourceNamesOf(after).length === 0) {
      await this.members.end(tx, organizationId, userId, moment);
      return;
    }
    await this.store.dropSource(tx, organizationId, userId, source);
    const about = { organization: organizationId, name: await this.organizations.nameOf(tx, organizationId) };
    await this.members.noteSources(tx, about, userId, { before, after, ...moment });
  }
}
