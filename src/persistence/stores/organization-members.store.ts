import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { Consent } from '../entities/consent.entity.js';
import { OrganizationMemberRole } from '../entities/organization-member-role.entity.js';
import { OrganizationMember } from '../entities/organization-member.entity.js';
import type { RowOf } from '../naming.js';
import { type Page, type PageRequest, toPage } from '../page.js';
import { marks } from '../sql.js';

/** What makes a membership: somebody here, the domain of a verified address, or a sign-in at an upstream, by its id. */
export type MembershipSource = 'here' | { readonly domain: string } | { readonly upstreamId: string };

/** The sources of a membership. */
export type MadeBy = Pick<OrganizationMember, 'madeHere' | 'byDomain' | 'byUpstreamId'>;

/** The sources of a membership of an organization. */
export type Sources = MadeBy & Pick<OrganizationMember, 'organizationId'>;

/** Somebody who belongs to an organization. */
export interface ListedAffiliate {
  /** Of the user. */
  readonly id: string;
  readonly username: string;
  readonly roles: readonly string[];
  readonly createdAt: number;
  readonly sources: MadeBy;
}

/** Who belongs to organizations, by what, in which roles. */
@Injectable()
export class OrganizationMembersStore {
  constructor(private readonly database: Database) {}

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

  /**
   * Adds a member, or a further source of the membership. Of two upstreams, and of two domains, the later one is its source.
   * @returns what made the membership before; undefined if it is new
   */
  async addMember(
    tx: EntityManager,
    organizationId: string,
    userId: string,
    { source, now }: { readonly source: MembershipSource; readonly now: number },
  ): Promise<MadeBy | undefined> {
    const columns = columnsOfSource(source);
    const { madeHere = false, byDomain = null, byUpstreamId = null } = columns;
    const isNew = await this.database.insertIfAbsent(
      tx,
      'INSERT INTO organization_members (organization_id, user_id, created_at, made_here, by_domain, by_upstream_id) VALUES (?, ?, ?, ?, ?, ?)',
      [organizationId, userId, now, madeHere, byDomain, byUpstreamId],
    );
    if (isNew) return undefined;
    const [row] = await this.database.lockedRows<SourcesRow>(
      tx,
      'SELECT made_here, by_domain, by_upstream_id FROM organization_members WHERE organization_id = ? AND user_id = ?',
      [organizationId, userId],
    );
    await tx.update(OrganizationMember, { organizationId, userId }, columns);
    return row && toSources(row);
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

type SourcesRow = RowOf<MadeBy>;

const toSources = ({
  made_here: madeHere,
  by_domain: byDomain,
  by_upstream_id: byUpstreamId,
}: SourcesRow): MadeBy => ({ madeHere: Boolean(madeHere), byDomain, byUpstreamId });

/** What a source changes of the sources of a membership. */
export function columnsOfSource(source: MembershipSource): Partial<MadeBy> {
  if (source === 'here') return { madeHere: true };
  return 'domain' in source ? { byDomain: source.domain } : { byUpstreamId: source.upstreamId };
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
