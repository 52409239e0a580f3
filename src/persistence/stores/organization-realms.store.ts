import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import type { Organization } from '../entities/organization.entity.js';
import type { RowOf } from '../naming.js';
import { marks } from '../sql.js';

/** What is asked whenever somebody signs in at an upstream is bounded. */
const maxJoined = 50;

/** How the members of an organization sign in. */
export interface SignInPolicy {
  readonly requiresSecondFactor: boolean;
  readonly requiresUpstream: boolean;
  /** Seconds. */
  readonly maxAge: number | undefined;
  /** The upstream of the organization; undefined also if it is turned off. */
  readonly upstream: { readonly id: string; readonly alias: string } | undefined;
  /** Whether whoever signs in at the upstream becomes a member. */
  readonly joinsByUpstream: boolean;
  readonly isMember: boolean;
}

type PolicyRow = RowOf<
  Pick<
    Organization,
    'requireSecondFactor' | 'requireUpstream' | 'maxSignInAge' | 'upstream' | 'joinByUpstream'
  >
> & {
  readonly upstream_id: string | null;
  readonly user_id: string | null;
};

/** Where the people of organizations sign in, and which organizations they join by that. */
@Injectable()
export class OrganizationRealmsStore {
  constructor(private readonly database: Database) {}

  /** How members of an organization sign in, and whether somebody is one. */
  async policyOf(organizationId: string, userId: string): Promise<SignInPolicy | undefined> {
    const row = await this.database.row<PolicyRow>(
      `SELECT o.require_second_factor, o.require_upstream, o.max_sign_in_age, o.upstream, o.join_by_upstream,
              u.id AS upstream_id, m.user_id
         FROM organizations o LEFT JOIN upstreams u ON u.alias = o.upstream AND u.enabled = true
         LEFT JOIN organization_members m ON m.organization_id = o.id AND m.user_id = ?
        WHERE o.id = ?`,
      [userId, organizationId],
    );
    return row && toPolicy(row);
  }

  /** The alias of the upstream of the organization for which a domain is verified. */
  async upstreamOfDomain(domain: string): Promise<string | undefined> {
    const row = await this.database.row<{ upstream: string | null }>(
      `SELECT o.upstream FROM organization_domains d JOIN organizations o ON o.id = d.organization_id
        WHERE d.verified_domain = ?`,
      [domain],
    );
    return row?.upstream ?? undefined;
  }

  /** Whether one of these upstreams is that of an organization with a verified domain. */
  async haveDomains(aliases: readonly string[]): Promise<boolean> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT o.id FROM organizations o JOIN organization_domains d ON d.organization_id = o.id
        WHERE o.upstream IN (${marks(aliases)}) AND d.verified_domain IS NOT NULL LIMIT 1`,
      [...aliases],
    );
    return rows.length > 0;
  }

  /** Whether organizations name an upstream that is held. */
  async isNamed(tx: EntityManager, alias: string): Promise<boolean> {
    const rows = await this.database.rows<{ id: string }>(
      tx,
      'SELECT id FROM organizations WHERE upstream = ? LIMIT 1',
      [alias],
    );
    return rows.length > 0;
  }

  /** The organization that somebody joins by the domain of their address; undefined if none, or they belong to it by that. */
  async joinedByDomain(domain: string, userId: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ id: string }>(
      `SELECT o.id FROM organization_domains d JOIN organizations o ON o.id = d.organization_id
         LEFT JOIN organization_members m ON m.organization_id = o.id AND m.user_id = ?
        WHERE d.verified_domain = ? AND o.join_by_domain = true AND (m.by_domain IS NULL OR m.by_domain <> ?)`,
      [userId, domain, domain],
    );
    return row?.id;
  }

  /** The organizations that somebody joins by a sign-in at an upstream, without those to which they belong by that. */
  async joinedByUpstream(
    upstream: { readonly id: string; readonly alias: string },
    userId: string,
  ): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT o.id FROM organizations o
         LEFT JOIN organization_members m ON m.organization_id = o.id AND m.user_id = ?
        WHERE o.upstream = ? AND o.join_by_upstream = true AND (m.by_upstream_id IS NULL OR m.by_upstream_id <> ?)
        ORDER BY o.id LIMIT ${maxJoined}`,
      [userId, upstream.alias, upstream.id],
    );
    return rows.map(({ id }) => id);
  }
}

const toPolicy = (row: PolicyRow): SignInPolicy => ({
  requiresSecondFactor: Boolean(row.require_second_factor),
  requiresUpstream: Boolean(row.require_upstream),
  maxAge: row.max_sign_in_age ?? undefined,
  upstream:
    row.upstream === null || row.upstream_id === null
      ? undefined
      : { id: row.upstream_id, alias: row.upstream },
  joinsByUpstream: Boolean(row.join_by_upstream),
  isMember: row.user_id !== null,
});
