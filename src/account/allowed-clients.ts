import { Injectable } from '@nestjs/common';
import { nameAmong } from '../clients/client-texts.js';
import { everyScope } from '../consent/consent-records.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import type { Consent } from '../persistence/entities/consent.entity.js';
import { OrganizationConsentsStore } from '../persistence/stores/organization-consents.store.js';
import { ConsentsStore } from '../persistence/stores/consents.store.js';
import { AffiliationsStore } from '../persistence/stores/affiliations.store.js';
import { organizationScope } from '../protocol/organization.js';
import { parseScope } from '../protocol/scope.js';
import { DetailDescriptions } from '../resource/authorization-details/detail-descriptions.js';
import type { AccountPage, GrantedScope } from '../views/account-page-models.js';
import { NamedScopes } from './named-scopes.js';

/** The clients that somebody allowed something, as the account page shows them. */
@Injectable()
export class AllowedClients {
  constructor(
    private readonly consents: ConsentsStore,
    private readonly affiliations: AffiliationsStore,
    private readonly ofOrganizations: OrganizationConsentsStore,
    private readonly clients: ClientsStore,
    private readonly scopes: NamedScopes,
    private readonly descriptions: DetailDescriptions,
  ) {}

  async of(userId: string): Promise<AccountPage['grants']> {
    const consents = await this.consents.of(userId);
    const organizations = await this.affiliations.affiliationsOf(userId);
    const names = await this.clients.names(consents.map((consent) => consent.clientId));
    return Promise.all(
      consents.map(async (consent) => ({
        consentId: consent.id,
        clientId: consent.clientId,
        clientName: nameAmong(names, consent.clientId),
        isAgent: names.get(consent.clientId)?.eyrieAgent ?? false,
        organization: organizations.find(({ id }) => id === consent.organizationId)?.displayName,
        scopes: await this.scopesOf(consent),
        details: await this.descriptions.describe(consent.authorizationDetails ?? []),
        since: new Date(consent.createdAt * 1000),
      })),
    );
  }

  /** What the client has, and who allowed what the person was not asked about. */
  private async scopesOf(consent: Consent): Promise<GrantedScope[]> {
    const named = await this.scopes.name(everyScope(consent));
    const unasked = parseScope(consent.trustedScope ?? '');
    if (unasked.length === 0) return named;
    const consented = consent.organizationId ? await this.ofOrganizations.allowedScope(consent) : '';
    const ofOrganization = consented === '' ? [] : [...parseScope(consented), organizationScope];
    const allowedBy = (name: string): GrantedScope['allowedBy'] =>
      ofOrganization.includes(name) ? 'organization' : 'administrator';
    return named.map((scope) =>
      unasked.includes(scope.name) ? { ...scope, allowedBy: allowedBy(scope.name) } : scope,
    );
  }
}
