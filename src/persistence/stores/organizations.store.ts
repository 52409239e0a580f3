import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { Consent } from '../entities/consent.entity.js';
import { OrganizationConsent } from '../entities/organization-consent.entity.js';
import { OrganizationDomain } from '../entities/organization-domain.entity.js';
import { OrganizationInvitation } from '../entities/organization-invitation.entity.js';
import { OrganizationMemberRole } from '../entities/organization-member-role.entity.js';
import { OrganizationMember } from '../entities/organization-member.entity.js';
import { Organization } from '../entities/organization.entity.js';
import type { RowOf } from '../naming.js';
import { addPage, addSearch, type Page, type PageRequest, toPage } from '../page.js';

/** What a change of an organization depends on. */
export type HeldOrganization = Omit<Organization, 'createdAt' | 'updatedAt'>;

/** An organization as its members see it. */
export type NamedOrganization = Pick<Organization, 'id' | 'name' | 'displayName'>;

/** {@link NamedOrganization} as the database gives it. */
export type NamedRow = RowOf<NamedOrganization>;
type HeldRow = Omit<RowOf<HeldOrganization>, 'roles' | 'default_roles'> & {
  /** JSON. */
  readonly roles: string;
  readonly default_roles: string | null;
};

/** Organizations. Who belongs to them is in OrganizationMembersStore. */
@Injectable()
export class OrganizationsStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Organization | null> {
    return this.database.read.findOneBy(Organization, { id });
  }

  async findByName(name: string): Promise<Organization | null> {
    return this.database.read.findOneBy(Organization, { name });
  }

  /** Oldest first. */
  async list({
    search,
    ...page
  }: PageRequest & { readonly search?: string | undefined }): Promise<Page<Organization>> {
    const query = addPage(this.database.read.createQueryBuilder(Organization, 'o'), page, 'createdAt');
    if (search !== undefined) addSearch(query, { name: search, displayName: search, description: search });
    return toPage(await query.getMany(), page.limit);
  }

  /** Holds an organization until the transaction ends. */
  async hold(tx: EntityManager, id: string): Promise<HeldOrganization | undefined> {
    const [row] = await this.database.lockedRows<HeldRow>(
      tx,
      `SELECT id, version, name, display_name, description, roles, default_roles, upstream, join_by_domain, join_by_upstream,
              require_second_factor, require_upstream, max_sign_in_age
         FROM organizations WHERE id = ?`,
      [id],
    );
    return row && toHeld(row);
  }

  /** The name of an organization; empty if it is being deleted. */
  async nameOf(tx: EntityManager, id: string): Promise<string> {
    const [row] = await this.database.rows<{ name: string }>(
      tx,
      'SELECT name FROM organizations WHERE id = ?',
      [id],
    );
    return row?.name ?? '';
  }

  async insert(tx: EntityManager, organization: Organization): Promise<void> {
    await tx.insert(Organization, organization);
  }

  async update(tx: EntityManager, id: string, changes: Partial<Organization>): Promise<void> {
    await tx.update(Organization, { id }, { ...changes, version: () => 'version + 1' });
  }

  /** Deletes an organization that is held, with what its members had by it, its invitations, domains and consents. */
  async delete(tx: EntityManager, id: string): Promise<void> {
    await this.database.affected(
      tx,
      'DELETE FROM mailed_links WHERE pair_id IN (SELECT id FROM organization_invitations WHERE organization_id = ?)',
      [id],
    );
    await tx.delete(OrganizationInvitation, { organizationId: id });
    await tx.delete(OrganizationDomain, { organizationId: id });
    await tx.delete(OrganizationConsent, { organizationId: id });
    await tx.delete(OrganizationMemberRole, { organizationId: id });
    await tx.delete(OrganizationMember, { organizationId: id });
    await tx.delete(Consent, { organizationId: id });
    await tx.delete(Organization, { id });
  }
}

export const toNamed = ({ id, name, display_name: displayName }: NamedRow): NamedOrganization => ({
  id,
  name,
  displayName,
});

const toHeld = (row: HeldRow): HeldOrganization => ({
  ...toNamed(row),
  version: row.version,
  description: row.description,
  roles: JSON.parse(row.roles) as string[],
  defaultRoles: row.default_roles === null ? null : (JSON.parse(row.default_roles) as string[]),
  upstream: row.upstream,
  joinByDomain: Boolean(row.join_by_domain),
  joinByUpstream: Boolean(row.join_by_upstream),
  requireSecondFactor: Boolean(row.require_second_factor),
  requireUpstream: Boolean(row.require_upstream),
  maxSignInAge: row.max_sign_in_age,
});
