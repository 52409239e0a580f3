import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { memberChanges } from '../../audit/member-changes.js';
import type { Originator } from '../../audit/originator.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { invalidField } from '../../http/invalid-fields.js';
import type { Organization } from '../../persistence/entities/organization.entity.js';
import { newId } from '../../persistence/id.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import { OrganizationMembersStore } from '../../persistence/stores/organization-members.store.js';
import { type HeldOrganization, OrganizationsStore } from '../../persistence/stores/organizations.store.js';
import { UpstreamsStore } from '../../persistence/stores/upstreams.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { checkPrecondition, type Precondition } from '../../resource/precondition.js';
import { requireEnrollableFactor } from '../enrollable-factor.js';
import { refusingTaken, unknownOrganization } from '../directory-refusals.js';
import {
  columnsOf,
  emptyOrganization,
  membersOf,
  type NewOrganization,
  type OrganizationColumns,
  organizationProblem,
  withoutGoneRoles,
} from './organization-fields.js';

/** Creates, changes and deletes organizations. `actor` is the actor in the audit trail. */
@Injectable()
export class Organizations {
  constructor(
    private readonly store: OrganizationsStore,
    private readonly members: OrganizationMembersStore,
    private readonly grants: GrantsStore,
    private readonly upstreams: UpstreamsStore,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws NotFoundException */
  async require(id: string): Promise<Organization> {
    const organization = await this.store.find(id);
    if (!organization) throw unknownOrganization(id);
    return organization;
  }

  /**
   * @throws ConflictException if the name is taken
   * @throws BadRequestException if members of it contradict each other, or there is no such upstream
   */
  async create(given: NewOrganization, actor: Originator): Promise<Organization> {
    const id = newId();
    const { name } = given;
    return refusingTaken(name, () =>
      this.changes.change<Organization>(
        { event: 'organization.created', actor, detail: { organization: id, name } },
        async (tx, now) => {
          const times = { createdAt: now, updatedAt: now };
          const columns = { ...emptyOrganization, displayName: name, ...columnsOf(given) };
          const organization = { ...columns, id, name, version: 0, ...times };
          requireEnrollableFactor(this.settings, organization.requireSecondFactor);
          await this.check(tx, organization);
          await this.store.insert(tx, organization);
          return organization;
        },
      ),
    );
  }

  /**
   * Changes what is given. A role that the organization has no more is taken from its members, and from the default roles.
   * @throws NotFoundException
   * @throws BadRequestException as {@link create}
   * @throws ConflictException if the name is taken
   * @throws PreconditionFailedException
   */
  async update(
    id: string,
    given: Partial<NewOrganization>,
    actor: Originator,
    precondition?: Precondition,
  ): Promise<Organization> {
    requireEnrollableFactor(this.settings, given.require_second_factor);
    await refusingTaken(given.name, () =>
      this.changes.change([], async (tx, now) => {
        const held = await this.hold(tx, id, precondition);
        const columns = withoutGoneRoles(held, columnsOf(given));
        await this.check(tx, { ...held, ...columns });
        const changed = memberChanges(membersOf(held), membersOf(columns));
        if (!changed) return;
        await this.store.update(tx, id, { ...columns, updatedAt: now });
        const { roles } = columns;
        for (const role of held.roles)
          if (roles && !roles.includes(role)) await this.members.takeRole(tx, id, role);
        await this.changes.record(
          tx,
          { event: 'organization.updated', actor, detail: { organization: id, changes: changed } },
          now,
        );
      }),
    );
    return this.require(id);
  }

  /**
   * Deletes an organization, and revokes the grants that its members gave for it.
   * @throws NotFoundException
   * @throws PreconditionFailedException
   */
  async delete(id: string, actor: Originator, precondition?: Precondition): Promise<void> {
    await this.changes.change(
      ({ name, revoked }: { readonly name: string; readonly revoked: number }) => ({
        event: 'organization.deleted',
        actor,
        detail: { organization: id, name, revoked },
      }),
      async (tx, now) => {
        const { name } = await this.hold(tx, id, precondition);
        // First, so that a grant that is being given is either seen by the next statement, or finds no membership.
        await this.store.delete(tx, id);
        const revoked = await this.grants.revokeOfOrganization(tx, id, undefined, now);
        return { name, revoked };
      },
    );
  }

  /** @throws BadRequestException */
  private async check(tx: Transaction, organization: OrganizationColumns): Promise<void> {
    const problem = organizationProblem(organization);
    if (problem) throw invalidField(...problem);
    const { upstream: alias } = organization;
    if (alias === null) return;
    // Held, so that it is not deleted meanwhile.
    const upstream = await this.upstreams.hold(tx, alias);
    if (!upstream || upstream.protocol === 'ldap')
      throw invalidField('upstream', 'must be the alias of an upstream that is no directory');
  }

  private async hold(tx: Transaction, id: string, precondition?: Precondition): Promise<HeldOrganization> {
    const held = await this.store.hold(tx, id);
    if (!held) throw unknownOrganization(id);
    checkPrecondition(held, precondition);
    return held;
  }
}
