import { Injectable } from '@nestjs/common';
import { OrganizationRealmsStore } from '../../persistence/stores/organization-realms.store.js';
import { domainOfAddress, readDomain } from './domain-name.js';

/** Where the people of organizations sign in: aliases of upstreams. Nothing of it depends on who has an account. */
@Injectable()
export class OrganizationRealms {
  constructor(private readonly store: OrganizationRealmsStore) {}

  /** The upstream of an organization, and whether its members sign in nowhere else. */
  async ofOrganization(
    id: string | undefined,
  ): Promise<{ readonly alias: string; readonly isSoleWay: boolean } | undefined> {
    const policy = id === undefined ? undefined : await this.store.policyOf(id, '');
    return policy?.upstream && { alias: policy.upstream.alias, isSoleWay: policy.requiresUpstream };
  }

  /** The upstream of the organization for which a domain is verified. */
  async ofDomain(domain: string | undefined): Promise<string | undefined> {
    const read = domain === undefined ? undefined : readDomain(domain);
    return read && 'domain' in read ? this.store.upstreamOfDomain(read.domain) : undefined;
  }

  /** The upstream of the organization for which the domain of an e-mail address is verified. */
  async ofAddress(email: string | undefined): Promise<string | undefined> {
    return this.ofDomain(email === undefined ? undefined : domainOfAddress(email));
  }

  /** Whether people are led to one of these upstreams by the domain of their address. */
  async leadTo(aliases: readonly string[]): Promise<boolean> {
    return aliases.length > 0 && (await this.store.haveDomains(aliases));
  }
}
