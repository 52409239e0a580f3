import { ConflictException, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { Originator } from '../../audit/originator.js';
import { generateOpaqueToken } from '../../crypto/opaque-token.js';
import { invalidField } from '../../http/invalid-fields.js';
import { DuplicateError } from '../../persistence/duplicate-error.js';
import type {
  OrganizationDomain,
  VerificationMethod,
} from '../../persistence/entities/organization-domain.entity.js';
import { newId } from '../../persistence/id.js';
import { OrganizationDomainsStore } from '../../persistence/stores/organization-domains.store.js';
import { OrganizationsStore } from '../../persistence/stores/organizations.store.js';
import { unknownDomain, unknownOrganization } from '../directory-refusals.js';
import { readDomain } from './domain-name.js';
import { DomainProofs } from './domain-proofs.js';

/** The most domains of an organization. */
export const maxDomains = 100;

/** Which domains belong to which organization. `actor` is the actor in the audit trail. */
@Injectable()
export class OrganizationDomains {
  constructor(
    private readonly store: OrganizationDomainsStore,
    private readonly organizations: OrganizationsStore,
    private readonly proofs: DomainProofs,
    private readonly changes: Changes,
  ) {}

  /** @throws NotFoundException if the organization has no such domain */
  async require(organizationId: string, id: string): Promise<OrganizationDomain> {
    const domain = await this.store.find(organizationId, id);
    if (!domain) throw unknownDomain(id);
    return domain;
  }

  /**
   * Adds a domain, which is to be verified.
   * @throws NotFoundException
   * @throws BadRequestException if it is no domain that can belong to an organization
   * @throws ConflictException if the organization has it already, or too many, or it is verified for another one
   */
  async add(organizationId: string, name: string, actor: Originator): Promise<OrganizationDomain> {
    const read = readDomain(name);
    if ('problem' in read) throw invalidField('domain', read.problem);
    const { domain } = read;
    await this.refuseForeign(organizationId, domain);
    const id = newId();
    return this.refusingTaken(organizationId, domain, () =>
      this.changes.change<OrganizationDomain>([], async (tx, now) => {
        const organization = await this.organizations.hold(tx, organizationId);
        if (!organization) throw unknownOrganization(organizationId);
        if ((await this.store.count(tx, organizationId)) >= maxDomains)
          throw new ConflictException(`the organization has ${maxDomains} domains already`);
        const added = {
          id,
          organizationId,
          domain,
          verifiedDomain: null,
          challenge: generateOpaqueToken(),
          verifiedBy: null,
          verifiedAt: null,
          createdAt: now,
        };
        await this.store.insert(tx, added);
        const detail = { organization: organizationId, name: organization.name, domain };
        await this.changes.record(tx, { event: 'organization.domain_added', actor, detail }, now);
        return added;
      }),
    );
  }

  /**
   * Has a domain count as verified: by the record in DNS, which is looked up, or by the word of an administrator. Does nothing if it is
   * verified already.
   * @throws NotFoundException
   * @throws ConflictException if the record is not there, or the domain is verified for another organization
   */
  async verify(
    organizationId: string,
    id: string,
    by: VerificationMethod,
    actor: Originator,
  ): Promise<OrganizationDomain> {
    const found = await this.require(organizationId, id);
    if (found.verifiedAt !== null) return found;
    const { domain } = found;
    await this.refuseForeign(organizationId, domain);
    if (by === 'dns') await this.proofs.require(found);
    await this.refusingTaken(organizationId, domain, () =>
      this.changes.change([], async (tx, now) => {
        if (!(await this.store.verify(tx, id, by, now))) return;
        const detail = { organization: organizationId, domain, verified_by: by };
        await this.changes.record(tx, { event: 'organization.domain_verified', actor, detail }, now);
      }),
    );
    return this.require(organizationId, id);
  }

  /** @throws NotFoundException */
  async remove(organizationId: string, id: string, actor: Originator): Promise<void> {
    const { domain } = await this.require(organizationId, id);
    await this.changes.change([], async (tx, now) => {
      if (!(await this.store.remove(tx, id))) return;
      const detail = { organization: organizationId, domain };
      await this.changes.record(tx, { event: 'organization.domain_removed', actor, detail }, now);
    });
  }

  private async refusingTaken<Result>(
    organizationId: string,
    domain: string,
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error;
      await this.refuseForeign(organizationId, domain);
      throw new ConflictException(`the organization has the domain ${domain} already`);
    }
  }

  /** @throws ConflictException if the domain is verified for another organization */
  private async refuseForeign(organizationId: string, domain: string): Promise<void> {
    const verified = await this.store.findVerified(domain);
    if (verified && verified.organizationId !== organizationId)
      throw new ConflictException(`the domain ${domain} is verified for another organization`);
  }
}
