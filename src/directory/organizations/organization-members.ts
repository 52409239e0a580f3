import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { memberChanges } from '../../audit/member-changes.js';
import type { Originator } from '../../audit/originator.js';
import { invalidField } from '../../http/invalid-fields.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import {
  type HeldOrganization,
  type MembershipSource,
  OrganizationsStore,
  type Sources,
} from '../../persistence/stores/organizations.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { unknownOrganization, unknownUser } from '../directory-refusals.js';
import { domainOfAddress } from './domain-name.js';

/** Who changes something, and when. */
interface Moment {
  readonly actor: Originator;
  readonly now: number;
}

/** How somebody becomes a member by themselves. */
interface Joining extends Moment {
  readonly source: Exclude<MembershipSource, 'here'>;
  /** The source, as the audit trail names it. */
  readonly by: string;
}

/** Who belongs to which organization, in which roles. `actor` is the actor in the audit trail. */
@Injectable()
export class OrganizationMembers {
  constructor(
    private readonly store: OrganizationsStore,
    private readonly users: UsersStore,
    private readonly grants: GrantsStore,
    private readonly changes: Changes,
  ) {}

  /**
   * Makes a user a member with exactly these roles, or gives a member these roles.
   * @throws NotFoundException
   * @throws BadRequestException if the organization has no such role
   */
  async put(
    organizationId: string,
    userId: string,
    roles: readonly string[],
    actor: Originator,
  ): Promise<void> {
    await this.changes.change([], async (tx, now) => {
      const organization = await this.hold(tx, organizationId);
      requireOwnRoles(organization, roles);
      if (!(await this.users.hold(tx, userId))) throw unknownUser(userId);
      const wanted = roles.toSorted();
      const about = { organization: organizationId, name: organization.name };
      if (await this.store.addMember(tx, organizationId, userId, { source: 'here', now })) {
        await this.store.setRoles(tx, organizationId, userId, wanted);
        const detail = { ...about, roles: wanted.join(' ') };
        await this.changes.record(tx, { event: 'organization.member_added', actor, userId, detail }, now);
        return;
      }
      const present = await this.store.heldRoles(tx, organizationId, userId);
      const changed = memberChanges({ roles: present }, { roles: wanted });
      if (!changed) return;
      await this.store.setRoles(tx, organizationId, userId, wanted);
      const detail = { ...about, changes: changed };
      await this.changes.record(tx, { event: 'organization.member_updated', actor, userId, detail }, now);
    });
  }

  /**
   * Makes a user a member of an organization that is held. Who is one already has these roles beside their own.
   * @param roles that the organization has no more are left out
   */
  async admit(
    tx: Transaction,
    { id: organizationId, name, roles: known }: HeldOrganization,
    userId: string,
    roles: readonly string[],
    { actor, now }: { readonly actor: Originator; readonly now: number },
  ): Promise<void> {
    const given = roles.filter((role) => known.includes(role));
    const about = { organization: organizationId, name };
    const isNew = await this.store.addMember(tx, organizationId, userId, { source: 'here', now });
    const present = isNew ? [] : await this.store.heldRoles(tx, organizationId, userId);
    const wanted = [...new Set([...present, ...given])].toSorted();
    const changed = memberChanges({ roles: present }, { roles: wanted });
    if (changed) await this.store.setRoles(tx, organizationId, userId, wanted);
    if (isNew) {
      const detail = { ...about, roles: wanted.join(' ') };
      await this.changes.record(tx, { event: 'organization.member_added', actor, userId, detail }, now);
    } else if (changed) {
      const detail = { ...about, changes: changed };
      await this.changes.record(tx, { event: 'organization.member_updated', actor, userId, detail }, now);
    }
  }

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
    else await this.end(tx, organizationId, userId, moment);
  }

  /**
   * Ends a membership, and revokes the grants that the user gave for the organization. Does nothing if the user does not belong to it.
   * @throws NotFoundException if there is no such organization
   */
  async remove(organizationId: string, userId: string, actor: Originator): Promise<void> {
    await this.changes.change([], async (tx, now) => {
      await this.hold(tx, organizationId);
      await this.end(tx, organizationId, userId, { actor, now });
    });
  }

  private async end(
    tx: Transaction,
    organizationId: string,
    userId: string,
    { actor, now }: Moment,
  ): Promise<void> {
    // First, so that a grant that is being given is either seen by the next statement, or finds no membership.
    if (!(await this.store.removeMember(tx, organizationId, userId))) return;
    const revoked = await this.grants.revokeOfOrganization(tx, organizationId, userId, now);
    const name = await this.store.nameOf(tx, organizationId);
    const detail = { organization: organizationId, name, revoked };
    await this.changes.record(tx, { event: 'organization.member_removed', actor, userId, detail }, now);
  }

  private async hold(tx: Transaction, id: string): Promise<HeldOrganization> {
    const held = await this.store.hold(tx, id);
    if (!held) throw unknownOrganization(id);
    return held;
  }
}

/** @throws BadRequestException if the organization does not have all of the roles */
export function requireOwnRoles({ roles: known }: HeldOrganization, roles: readonly string[]): void {
  if (roles.some((role) => !known.includes(role)))
    throw invalidField('roles', 'has a role that the organization does not have');
}
