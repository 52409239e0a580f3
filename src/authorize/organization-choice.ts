import { Injectable } from '@nestjs/common';
import { AffiliationsStore } from '../persistence/stores/affiliations.store.js';
import type { NamedOrganization } from '../persistence/stores/organizations.store.js';
import { OAuthError } from '../protocol/errors.js';
import { type AskedOrganization, askedOrganization, organizationScope } from '../protocol/organization.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';

/** What became of the organization that a request asks for. */
export type FoundOrganization =
  | { readonly state: 'found'; readonly organization: NamedOrganization }
  /** The person belongs to several, and has not chosen one. */
  | { readonly state: 'several' }
  /** The person does not belong to the one that is named. */
  | { readonly state: 'foreign' }
  /** The person belongs to none. */
  | { readonly state: 'none' };

/** Finds the organization for which a client wants to act, among those to which the person belongs. */
@Injectable()
export class OrganizationChoice {
  constructor(
    private readonly affiliations: AffiliationsStore,
    private readonly catalogue: ResourceCatalogue,
  ) {}

  /** As {@link find}, of scope values. */
  async findByScopes(
    scopes: readonly string[],
    userId: string,
    chosenId: string | undefined,
  ): Promise<FoundOrganization | undefined> {
    const isOurs = await this.catalogue.isOwn(organizationScope);
    return this.find(isOurs ? askedOrganization(scopes) : undefined, userId, chosenId);
  }

  /**
   * @param chosenId what the person chose on our page
   * @returns undefined if the request asks for no organization
   */
  async find(
    asked: AskedOrganization | undefined,
    userId: string,
    chosenId: string | undefined,
  ): Promise<FoundOrganization | undefined> {
    if (!asked) return undefined;
    const known = await this.affiliations.affiliationsOf(userId);
    if (known.length === 0) return { state: 'none' };
    const named = asked.id ?? (known.length === 1 ? known[0]?.id : chosenId);
    const organization = known.find(({ id }) => id === named);
    if (organization) return { state: 'found', organization };
    return { state: asked.id === undefined ? 'several' : 'foreign' };
  }
}

/** The error of a request whose organization the person cannot give; undefined if they can. */
export function organizationRefusal(found: FoundOrganization | undefined): OAuthError | undefined {
  switch (found?.state) {
    case 'none':
      return new OAuthError('access_denied', 'the resource owner belongs to no organization');
    case 'foreign':
      return new OAuthError('access_denied', 'the resource owner does not belong to this organization');
    default:
      return undefined;
  }
}
