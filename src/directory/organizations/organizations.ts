import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { memberChanges } from '../../audit/member-changes.js';
import type { Originator } from '../../audit/originator.js';
import type { Organization } from '../../persistence/entities/organization.entity.js';
import { newId } from '../../persistence/id.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import { type HeldOrganization, OrganizationsStore } from '../../persistence/stores/organizations.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { checkPrecondition, type Precondition } from '../../resource/precondition.js';
import { refusingTaken, unknownOrganization } from '../directory-refusals.js';

/** An organization to be created. */
export interface NewOrganization {
  readonly name: string;
  /** Its name if omitted. */
  readonly display_name?: string;
  readonly description?: string | null;
  /** The roles that members can have in it. */
  readonly roles?: string[];
}

/** Creates, changes and deletes organizations. `actor` is the actor in the audit trail. */
@Injectable()
export class Organizations {
  constructor(
    private readonly store: OrganizationsStore,
    private readonly grants: GrantsStore,
    private readonly changes: Changes,
  ) {}

  /** @throws NotFoundException */
  async require(id: string): Promise<Organization> {
    const organization = await this.store.find(id);
    if (!organization) throw unknownOrganization(id);
    return organization;
  }

  /** @throws ConflictException if the name is taken */
  async create(
    { name, display_name: displayName = name, description = null, roles = [] }: NewOrganization,
    actor: Originator,
  ): Promise<Organization> {
    const id = newId();
    return refusingTaken(name, () =>
      this.changes.change<Organization>(
        { event: 'organization.created', actor, detail: { organization: id, name } },
        async (tx, now) => {
          const times = { createdAt: now, updatedAt: now };
          const organization = { id, name, displayName, description, roles, version: 0, ...times };
          await this.store.insert(tx, organization);
          return organization;
        },
      ),
    );
  }

  /**
   * Changes what is given. A role that the organization has no more is taken from its members.
   * @throws NotFoundException
   * @throws ConflictException if the name is taken
   * @throws PreconditionFailedException
   */
  async update(
    id: string,
    given: Partial<NewOrganization>,
    actor: Originator,
    precondition?: Precondition,
  ): Promise<Organization> {
    await refusingTaken(given.name, () =>
      this.changes.change([], async (tx, now) => {
        const held = await this.hold(tx, id, precondition);
        const columns = columnsOf(given);
        const changed = memberChanges(membersOf(held), membersOf(columns));
        if (!changed) return;
        await this.store.update(tx, id, { ...columns, updatedAt: now });
        const { roles } = columns;
        for (const role of held.roles)
          if (roles && !roles.includes(role)) await this.store.takeRole(tx, id, role);
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

  private async hold(tx: Transaction, id: string, precondition?: Precondition): Promise<HeldOrganization> {
    const held = await this.store.hold(tx, id);
    if (!held) throw unknownOrganization(id);
    checkPrecondition(held, precondition);
    return held;
  }
}

type Columns = Partial<Pick<Organization, 'name' | 'displayName' | 'description' | 'roles'>>;

const columnsOf = ({
  name,
  display_name: displayName,
  description,
  roles,
}: Partial<NewOrganization>): Columns => ({
  ...(name === undefined ? {} : { name }),
  ...(displayName === undefined ? {} : { displayName }),
  ...(description === undefined ? {} : { description }),
  ...(roles === undefined ? {} : { roles }),
});

/** The members that a change is recorded by. */
const membersOf = ({ name, displayName, description, roles }: Columns): object => ({
  ...(name === undefined ? {} : { name }),
  ...(displayName === undefined ? {} : { display_name: displayName }),
  ...(description === undefined ? {} : { description }),
  ...(roles === undefined ? {} : { roles }),
});
