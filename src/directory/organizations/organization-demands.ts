import { Injectable } from '@nestjs/common';
import { OrganizationRealmsStore } from '../../persistence/stores/organization-realms.store.js';

/** What an organization demands of the sign-in of people who act for it. */
export interface OrganizationDemand {
  readonly requiresSecondFactor: boolean;
  /** Seconds. */
  readonly maxAge: number | undefined;
  /** The upstream at which they must have signed in. */
  readonly upstream: { readonly id: string; readonly alias: string } | undefined;
}

const noUpstream = { id: '', alias: '' };

/** What organizations demand of the sign-in of people who act for them. */
@Injectable()
export class OrganizationDemands {
  constructor(private readonly store: OrganizationRealmsStore) {}

  /**
   * Somebody who does not belong to it is sent to its upstream if that would make them a member, who has not signed in there too long
   * ago. Everything else is for members alone.
   * @param userId undefined: what it demands of members
   * @returns undefined if it demands nothing
   */
  async of(organizationId: string | undefined, userId?: string): Promise<OrganizationDemand | undefined> {
    const policy =
      organizationId === undefined ? undefined : await this.store.policyOf(organizationId, userId ?? '');
    if (!policy) return undefined;
    const { requiresSecondFactor, maxAge, joinsByUpstream } = policy;
    // One that is gone, or turned off, cannot be signed in at: it lets nobody in.
    const upstream = policy.requiresUpstream ? (policy.upstream ?? noUpstream) : undefined;
    if (userId === undefined || policy.isMember) return { requiresSecondFactor, maxAge, upstream };
    return upstream && joinsByUpstream ? { requiresSecondFactor: false, maxAge, upstream } : undefined;
  }
}
