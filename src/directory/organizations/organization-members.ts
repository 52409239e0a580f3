import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { memberChanges } from '../../audit/member-changes.js';
import type { Originator } from '../../audit/originator.js';
import { invalidField } from '../../http/invalid-fields.js';
import { sayEnding } from '../../persistence/rehearsal.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import {
  type MadeBy,
  OrganizationMembersStore,
} from '../../persistence/stores/organization-members.store.js';
import { type HeldOrganization, OrganizationsStore } from '../../persistence/stores/organizations.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { unknownOrganization, unknownUser } from '../directory-refusals.js';
import { sourceNamesOf } from './source-names.js';

/** Who changes something, and when. */
export interface Moment {
  readonly actor: Originator;
  readonly now: number;
}

/** A change of what makes a membership that stays. */
interface SourcesChange extends Moment {
  readonly before: MadeBy;
  readonly after: MadeBy;
}

/** Who belongs to which organization, in which roles. `actor` is the actor in the audit trail. */
@Injectable()
export class OrganizationMembers {
  constructor(
    private readonly store: OrganizationMembersStore,
    private readonly organizations: OrganizationsStore,
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
      const before = await this.store.addMember(tx, organizationId, userId, { source: 'here', now });
      if (!before) {
        await this.store.setRoles(tx, organizationId, userId, wanted);
        const detail = { ...about, roles: wanted.join(' ') };
        await this.changes.record(tx, { event: 'organization.member_added', actor, userId, detail }, now);
        return;
      }
      await this.noteSources(tx, about, userId, { before, after: { ...before, madeHere: true }, actor, now });
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
    const before = await this.store.addMember(tx, organizationId, userId, { source: 'here', now });
    if (before)
      await this.noteSources(tx, about, userId, { before, after: { ...before, madeHere: true }, actor, now });
    const present = before === undefined ? [] : await this.store.heldRoles(tx, organizationId, userId);
    const wanted = [...new Set([...present, ...given])].toSorted();
    const changed = memberChanges({ roles: present }, { roles: wanted });
    if (changed) await this.store.setRoles(tx, organizationId, userId, wanted);
    if (!before) {
      const detail = { ...about, roles: wanted.join(' ') };
      await this.changes.record(tx, { event: 'organization.member_added', actor, userId, detail }, now);
    } else if (changed) {
      const detail = { ...about, changes: changed };
      await this.changes.record(tx, { event: 'organization.member_updated', actor, userId, detail }, now);
    }
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

  /** Ends a membership, if there is one, and revokes the grants that the user gave for the organization. */
  async end(tx: Transaction, organizationId: string, userId: string, { actor, now }: Moment): Promise<void> {
    // First, so that a grant that is being given is either seen by the next statement, or finds no membership.
    if (!(await this.store.removeMember(tx, organizationId, userId))) return;
    sayEnding({ of: 'membership', organizationId, userId });
    const revoked = await this.grants.revokeOfOrganization(tx, organizationId, userId, now);
    const name = await this.organizations.nameOf(tx, organizationId);
    const detail = { organization: organizationId, name, revoked };
    await this.changes.record(tx, { event: 'organization.member_removed', actor, userId, detail }, now);
  }

  /** Records that what makes a membership has changed, if it has. */
  async noteSources(
    tx: Transaction,
    organization: { readonly organization: string; readonly name: string },
    userId: string,
    { before, after, actor, now }: SourcesChange,
  ): Promise<void> {
    const [earlier, present] = [before, after].map((sources) => sourceNamesOf(sources).join(' '));
    if (present === undefined || present === earlier) return;
    const detail = { ...organization, sources: present };
    await this.changes.record(tx, { event: 'organization.membership_changed', actor, userId, detail }, now);
  }

  private async hold(tx: Transaction, id: string): Promise<HeldOrganization> {
    const held = await this.organizations.hold(tx, id);
    if (!held) throw unknownOrganization(id);
    return held;
  }
}

/** @throws BadRequestException if the organization does not have all of the roles */
export function requireOwnRoles({ roles: known }: HeldOrganization, roles: readonly string[]): void {
  if (roles.some((role) => !known.includes(role)))
    throw invalidField('roles', 'has a role that the organization does not have');
}
