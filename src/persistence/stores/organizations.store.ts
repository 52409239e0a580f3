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
import { marks } from '../sql.js';

/** What a change of an organization depends on. */
export type HeldOrganization = Omit<Organization, 'createdAt' | 'updatedAt'>;

/** An organization as its members see it. */
export type NamedOrganization = Pick<Organization, 'id' | 'name' | 'displayName'>;

/** What somebody is in an organization. */
export interface Affiliation extends NamedOrganization {
  /** By name. */
  readonly roles: readonly string[];
}

/** What makes a membership: somebody here, the domain of a verified address, or a sign-in at an upstream, by its id. */
export type MembershipSource = 'here' | { readonly domain: string } | { readonly upstreamId: string };

/** The sources of a membership. */
export type Sources = Pick<OrganizationMember, 'organizationId' | 'madeHere' | 'byDomain' | 'byUpstreamId'>;

/** Somebody who belongs to an organization. */
export interface ListedAffiliate {
  /** Of the user. */
  readonly id: string;
  readonly username: string;
  readonly roles: readonly string[];
  readonly createdAt: number;
  readonly sources: Omit<Sources, 'organizationId'>;
}

type NamedRow = RowOf<NamedOrganization>;
type HeldRow = Omit<RowOf<HeldOrganization>, 'roles' | 'default_roles'> & {
  /** JSON. */
  readonly roles: string;
  readonly default_roles: string | null;
};
type AffiliationRow = NamedRow & { readonly role: string | null };

const selectAffiliations = `SELECT o.id, o.name, o.display_name, r.role FROM organization_members m
    JOIN organizations o ON o.id = m.organization_id
    LEFT JOIN organization_member_roles r ON r.organization_id = m.organization_id AND r.user_id = m.user_id
   WHERE m.user_id = ?`;
const selectAffiliation = `${selectAffiliations} AND m.organization_id = ?`;

/** Organizations, and who belongs to them in which roles. */
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

  /** By the ids of the users. */
  async members(organizationId: string, { after, limit }: PageRequest): Promise<Page<ListedAffiliate>> {
    const rows = await this.database.query<
      { readonly id: string; readonly username: string; readonly created_at: number } & SourcesRow
    >(
      `SELECT u.id, u.username, m.created_at, m.made_here, m.by_domain, m.by_upstream_id FROM organization_members m JOIN users u ON u.id = m.user_id
        WHERE m.organization_id = ?${after === undefined ? '' : ' AND m.user_id > ?'} ORDER BY m.user_id LIMIT ${limit + 1}`,
      after === undefined ? [organizationId] : [organizationId, after],
    );
    const roles = await this.rolesIn(
      organizationId,
      rows.map(({ id }) => id),
    );
    const items = rows.map(({ id, username, created_at: createdAt, ...row }) => ({
      id,
      username,
      roles: roles.get(id) ?? [],
      createdAt,
      sources: toSources(row),
    }));
    return toPage(items, limit);
  }

  /** What somebody is in an organization; undefined if they do not belong to it. */
  async affiliation(organizationId: string, userId: string): Promise<Affiliation | undefined> {
    const rows = await this.database.query<AffiliationRow>(selectAffiliation, [userId, organizationId]);
    return toAffiliations(rows)[0];
  }

  /** The organizations to which somebody belongs, by display name. */
  async affiliationsOf(userId: string): Promise<Affiliation[]> {
    const rows = await this.database.query<AffiliationRow>(selectAffiliations, [userId]);
    return toAffiliations(rows).toSorted((left, right) => compare(left.displayName, right.displayName));
  }

  /**
   * Adds a member, or a further source of the membership. Of two upstreams, and of two domains, the later one is its source.
   * @returns false if the user belongs to it already
   */
  async addMember(
    tx: EntityManager,
    organizationId: string,
    userId: string,
    { source, now }: { readonly source: MembershipSource; readonly now: number },
  ): Promise<boolean> {
    const columns = columnsOfSource(source);
    const { madeHere = false, byDomain = null, byUpstreamId = null } = columns;
    const isNew = await this.database.insertIfAbsent(
      tx,
      'INSERT INTO organization_members (organization_id, user_id, created_at, made_here, by_domain, by_upstream_id) VALUES (?, ?, ?, ?, ?, ?)',
      [organizationId, userId, now, madeHere, byDomain, byUpstreamId],
    );
    if (!isNew) await tx.update(OrganizationMember, { organizationId, userId }, columns);
    return isNew;
  }

  /** The sources of what somebody belongs to by the domain of their address or by an upstream, held until the transaction ends. */
  async sourcesOf(tx: EntityManager, userId: string): Promise<Sources[]> {
    const rows = await this.database.lockedRows<SourcesRow & { readonly organization_id: string }>(
      tx,
      `SELECT organization_id, made_here, by_domain, by_upstream_id FROM organization_members
        WHERE user_id = ? AND (by_domain IS NOT NULL OR by_upstream_id IS NOT NULL)`,
      [userId],
    );
    return rows.map((row) => ({ organizationId: row.organization_id, ...toSources(row) }));
  }

  /** Takes a source from a membership that lasts by another one. */
  async dropSource(
    tx: EntityManager,
    organizationId: string,
    userId: string,
    source: 'byDomain' | 'byUpstreamId',
  ): Promise<void> {
    await tx.update(OrganizationMember, { organizationId, userId }, { [source]: null });
  }

  /** The roles of a member of an organization that is held, by name. */
  async heldRoles(tx: EntityManager, organizationId: string, userId: string): Promise<string[]> {
    const rows = await tx.findBy(OrganizationMemberRole, { organizationId, userId });
    return rows.map(({ role }) => role).toSorted(compare);
  }

  async setRoles(
    tx: EntityManager,
    organizationId: string,
    userId: string,
    roles: readonly string[],
  ): Promise<void> {
    await tx.delete(OrganizationMemberRole, { organizationId, userId });
    if (roles.length > 0)
      await tx.insert(
        OrganizationMemberRole,
        roles.map((role) => ({ organizationId, userId, role })),
      );
  }

  /** Takes a role from everybody who has it in an organization. */
  async takeRole(tx: EntityManager, organizationId: string, role: string): Promise<void> {
    await tx.delete(OrganizationMemberRole, { organizationId, role });
  }

  /**
   * Ends a membership, with what the user allowed clients for the organization.
   * @returns false if the user does not belong to it
   */
  async removeMember(tx: EntityManager, organizationId: string, userId: string): Promise<boolean> {
    if ((await tx.delete(OrganizationMember, { organizationId, userId })).affected !== 1) return false;
    await tx.delete(OrganizationMemberRole, { organizationId, userId });
    await tx.delete(Consent, { organizationId, userId });
    return true;
  }

  private async rolesIn(
    organizationId: string,
    userIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    if (userIds.length === 0) return new Map();
    const rows = await this.database.query<{ user_id: string; role: string }>(
      `SELECT user_id, role FROM organization_member_roles WHERE organization_id = ? AND user_id IN (${marks(userIds)})`,
      [organizationId, ...userIds],
    );
    const roles = new Map<string, string[]>();
    for (const { user_id: userId, role } of rows.toSorted((left, right) => compare(left.role, right.role)))
      roles.set(userId, [...(roles.get(userId) ?? []), role]);
    return roles;
  }
}

type SourcesRow = Omit<RowOf<Sources>, 'organization_id'>;

const toSources = ({
  made_here: madeHere,
  by_domain: byDomain,
  by_upstream_id: byUpstreamId,
}: SourcesRow): Omit<Sources, 'organizationId'> => ({ madeHere: Boolean(madeHere), byDomain, byUpstreamId });

function columnsOfSource(source: MembershipSource): Partial<Omit<Sources, 'organizationId'>> {
  if (source === 'here') return { madeHere: true };
  return 'domain' in source ? { byDomain: source.domain } : { byUpstreamId: source.upstreamId };
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const toNamed = ({ id, name, display_name: displayName }: NamedRow): NamedOrganization => ({
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

/** Of the rows of somebody, one for each role. */
function toAffiliations(rows: readonly AffiliationRow[]): Affiliation[] {
  const organizations = new Map<string, NamedOrganization & { readonly roles: string[] }>();
  for (const row of rows.toSorted((left, right) => compare(left.role ?? '', right.role ?? ''))) {
    const organization = organizations.get(row.id) ?? { ...toNamed(row), roles: [] };
    if (row.role !== null) organization.roles.push(row.role);
    organizations.set(row.id, organization);
  }
  return [...organizations.values()];
}
