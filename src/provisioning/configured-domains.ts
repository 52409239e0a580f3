import { Injectable } from '@nestjs/common';
import { type MemberChanges, memberChanges } from '../audit/member-changes.js';
import { readDomain } from '../directory/organizations/domain-name.js';
import { OrganizationDomains } from '../directory/organizations/organization-domains.js';
import type { OrganizationDomain } from '../persistence/entities/organization-domain.entity.js';
import { everyPage } from '../persistence/page.js';
import { OrganizationDomainsStore } from '../persistence/stores/organization-domains.store.js';
import { OrganizationsStore } from '../persistence/stores/organizations.store.js';
import type { Configuration } from './configuration-file.js';
import { actor } from './configured-kind.js';
import type { OrganizationDomainEntry } from './organization-entries.js';
import type { Problem } from './problems.js';

/** What a file changes of the domains of an organization. */
export interface PlannedDomains {
  readonly changes: MemberChanges;
  perform(organizationId: string): Promise<void>;
}

/** The domains of organizations of files. A list in a file is all of them. */
@Injectable()
export class ConfiguredDomains {
  constructor(
    private readonly store: OrganizationDomainsStore,
    private readonly domains: OrganizationDomains,
    private readonly organizations: OrganizationsStore,
  ) {}

  /** @param wanted undefined: they stay as they are */
  async plan(
    organizationId: string | undefined,
    wanted: readonly OrganizationDomainEntry[] | undefined,
  ): Promise<PlannedDomains | undefined> {
    if (!wanted) return undefined;
    const present = organizationId === undefined ? [] : await this.listOf(organizationId);
    const known = new Map(present.map((row) => [row.domain, row]));
    const entries = wanted.map(({ domain, verified }) => {
      const name = nameOf(domain);
      return { domain: name, verified: verified || isVerified(known.get(name)) };
    });
    const before = Object.fromEntries(present.map((row) => [row.domain, isVerified(row)]));
    const gone = Object.fromEntries(present.map(({ domain }) => [domain, null]));
    const after = Object.fromEntries(entries.map(({ domain, verified }) => [domain, verified]));
    if (!memberChanges(before, { ...gone, ...after })) return undefined;
    return {
      changes: { domains: { from: present.map(toEntry), to: entries } },
      perform: (id) => this.apply(id, present, entries),
    };
  }

  async exported(organizationId: string): Promise<object[]> {
    return (await this.listOf(organizationId)).map(toEntry);
  }

  /** What is wrong with the domains of a configuration. */
  async problems(organizations: Configuration['organizations']): Promise<Problem[]> {
    const problems: Problem[] = [];
    const verifiedBefore = new Set<string>();
    for (const [index, { name, domains = [] }] of organizations.entries()) {
      const own = await this.organizations.findByName(name);
      const earlier = new Set<string>();
      for (const [place, { domain: typed, verified }] of domains.entries()) {
        const refuse = (reason: string): void =>
          void problems.push({ path: ['organizations', index, 'domains', place, 'domain'], reason });
        const read = readDomain(typed);
        if ('problem' in read) refuse(read.problem);
        const domain = nameOf(typed);
        const holder = await this.store.findVerified(domain);
        if (earlier.has(domain)) refuse('is repeated');
        else if (holder && holder.organizationId !== own?.id) refuse('is verified for another organization');
        else if (verified && verifiedBefore.has(domain)) refuse('is verified for an earlier organization');
        earlier.add(domain);
        if (verified) verifiedBefore.add(domain);
      }
    }
    return problems;
  }

  private async apply(
    organizationId: string,
    present: readonly OrganizationDomain[],
    wanted: readonly OrganizationDomainEntry[],
  ): Promise<void> {
    const names = new Set(wanted.map(({ domain }) => domain));
    for (const { id, domain } of present)
      if (!names.has(domain)) await this.domains.remove(organizationId, id, actor);
    for (const { domain, verified } of wanted) {
      const known = present.find((row) => row.domain === domain);
      const { id } = known ?? (await this.domains.add(organizationId, domain, actor));
      if (verified) await this.domains.verify(organizationId, id, 'administrator', actor);
    }
  }

  private listOf(organizationId: string): Promise<OrganizationDomain[]> {
    return everyPage((page) => this.store.list(organizationId, page));
  }
}

const isVerified = (row: OrganizationDomain | undefined): boolean => (row?.verifiedAt ?? null) !== null;

const toEntry = (row: OrganizationDomain): OrganizationDomainEntry => ({
  domain: row.domain,
  verified: isVerified(row),
});

/** As it is stored; one that is refused, as it was typed. */
function nameOf(typed: string): string {
  const read = readDomain(typed);
  return 'domain' in read ? read.domain : typed;
}
