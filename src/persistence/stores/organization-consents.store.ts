import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { OrganizationConsent } from '../entities/organization-consent.entity.js';
import type { RowOf } from '../naming.js';
import { addPage, type Page, type PageRequest, toPage } from '../page.js';

/** For the members of which organization, and to which client. */
export type OrganizationConsentKey = Pick<OrganizationConsent, 'organizationId' | 'clientId'>;

type ScopeRow = RowOf<Pick<OrganizationConsent, 'scope'>>;

const selectScope = 'SELECT scope FROM organization_consents WHERE organization_id = ? AND client_id = ?';

/** What administrators allow clients in place of the members of organizations. */
@Injectable()
export class OrganizationConsentsStore {
  constructor(private readonly database: Database) {}

  /** The scopes that the members of the organization are not asked for, as stored; empty if there are none. */
  async allowedScope({ organizationId, clientId }: OrganizationConsentKey): Promise<string> {
    return (await this.database.row<ScopeRow>(selectScope, [organizationId, clientId]))?.scope ?? '';
  }

  async find({ organizationId, clientId }: OrganizationConsentKey): Promise<OrganizationConsent | null> {
    return this.database.read.findOneBy(OrganizationConsent, { organizationId, clientId });
  }

  /** Whether a client has any. */
  async existFor(clientId: string): Promise<boolean> {
    return this.database.read.existsBy(OrganizationConsent, { clientId });
  }

  /** Oldest first. */
  async list(organizationId: string, page: PageRequest): Promise<Page<OrganizationConsent>> {
    const query = addPage(
      this.database.read.createQueryBuilder(OrganizationConsent, 'c'),
      page,
      'createdAt',
    ).andWhere('c.organizationId = :organizationId', { organizationId });
    return toPage(await query.getMany(), page.limit);
  }

  /** The one of an organization that is held. */
  async findHeld(tx: EntityManager, key: OrganizationConsentKey): Promise<OrganizationConsent | null> {
    return tx.findOneBy(OrganizationConsent, {
      organizationId: key.organizationId,
      clientId: key.clientId,
    });
  }

  async insert(tx: EntityManager, consent: OrganizationConsent): Promise<void> {
    await tx.insert(OrganizationConsent, consent);
  }

  async update(
    tx: EntityManager,
    id: string,
    changes: Pick<OrganizationConsent, 'scope' | 'givenBy' | 'updatedAt'>,
  ): Promise<void> {
    await tx.update(OrganizationConsent, { id }, changes);
  }

  /** @returns false if there was none */
  async remove(tx: EntityManager, { organizationId, clientId }: OrganizationConsentKey): Promise<boolean> {
    return (await tx.delete(OrganizationConsent, { organizationId, clientId })).affected === 1;
  }
}
