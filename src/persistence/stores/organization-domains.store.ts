import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { OrganizationDomain, type VerificationMethod } from '../entities/organization-domain.entity.js';
import { addPage, type Page, type PageRequest, toPage } from '../page.js';

/** Domains of organizations. */
@Injectable()
export class OrganizationDomainsStore {
  constructor(private readonly database: Database) {}

  async find(organizationId: string, id: string): Promise<OrganizationDomain | null> {
    return this.database.read.findOneBy(OrganizationDomain, { organizationId, id });
  }

  async findByName(organizationId: string, domain: string): Promise<OrganizationDomain | null> {
    return this.database.read.findOneBy(OrganizationDomain, { organizationId, domain });
  }

  /** The domain that is verified for some organization. */
  async findVerified(domain: string): Promise<OrganizationDomain | null> {
    return this.database.read.findOneBy(OrganizationDomain, { verifiedDomain: domain });
  }

  /** Whether a domain is verified for an organization; it is held until the transaction ends. */
  async holdVerified(tx: EntityManager, organizationId: string, domain: string): Promise<boolean> {
    const rows = await this.database.lockedRows<{ id: string }>(
      tx,
      'SELECT id FROM organization_domains WHERE verified_domain = ? AND organization_id = ?',
      [domain, organizationId],
    );
    return rows.length > 0;
  }

  /** Oldest first. */
  async list(organizationId: string, page: PageRequest): Promise<Page<OrganizationDomain>> {
    const query = addPage(
      this.database.read.createQueryBuilder(OrganizationDomain, 'd'),
      page,
      'createdAt',
    ).andWhere('d.organizationId = :organizationId', { organizationId });
    return toPage(await query.getMany(), page.limit);
  }

  /** How many domains an organization has that is held. */
  async count(tx: EntityManager, organizationId: string): Promise<number> {
    return tx.countBy(OrganizationDomain, { organizationId });
  }

  /** @throws DuplicateError at the end of the transaction at the latest, if the organization has the domain */
  async insert(tx: EntityManager, domain: OrganizationDomain): Promise<void> {
    await tx.insert(OrganizationDomain, domain);
  }

  /**
   * Has a domain count as verified: true for exactly one request.
   * @throws DuplicateError at the end of the transaction at the latest, if it is verified for another organization
   */
  async verify(tx: EntityManager, id: string, by: VerificationMethod, now: number): Promise<boolean> {
    const verified = await this.database.affected(
      tx,
      `UPDATE organization_domains SET verified_domain = domain, verified_by = ?, verified_at = ?
        WHERE id = ? AND verified_at IS NULL`,
      [by, now, id],
    );
    return verified === 1;
  }

  /** @returns false if it was removed meanwhile */
  async remove(tx: EntityManager, id: string): Promise<boolean> {
    return (await tx.delete(OrganizationDomain, { id })).affected === 1;
  }
}
