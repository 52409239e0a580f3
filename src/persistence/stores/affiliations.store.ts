import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import { type NamedOrganization, type NamedRow, toNamed } from './organizations.store.js';

/** What somebody is in an organization. */
export interface Affiliation extends NamedOrganization {
  /** By name. */
  readonly roles: readonly string[];
}

type AffiliationRow = NamedRow & { readonly role: string | null };

const selectAffiliations = `SELECT o.id, o.name, o.display_name, r.role FROM organization_members m
    JOIN organizations o ON o.id = m.organization_id
    LEFT JOIN organization_member_roles r ON r.organization_id = m.organization_id AND r.user_id = m.user_id
   WHERE m.user_id = ?`;
const selectAffiliation = `${selectAffiliations} AND m.organization_id = ?`;

/** What people are in organizations. */
@Injectable()
export class AffiliationsStore {
  constructor(private readonly database: Database) {}

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
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

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
