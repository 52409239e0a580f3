import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AuthenticationMethods } from '../clients/authentication/methods.js';
import { TrustedIssuers } from '../clients/trusted-issuers/trusted-issuers.js';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { DetailTypes } from '../resource/authorization-details/detail-types.js';
import { KeyRing } from '../keys/key-ring.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import { isAdminScope } from '../resource/rights.js';
import { GrantTypes } from '../token/grant-types/grant-types.js';
import { serverMetadata } from './discovery.js';

/** The two discovery documents (OIDC Discovery §4, RFC 8414 §3). They need no authentication, and do not depend on the request. */
@ApiExcludeController()
@Controller()
export class DiscoveryController {
  constructor(
    private readonly catalogue: ResourceCatalogue,
    private readonly grantTypes: GrantTypes,
    private readonly methods: AuthenticationMethods,
    private readonly trustedIssuers: TrustedIssuers,
    private readonly detailTypes: DetailTypes,
    private readonly keyRing: KeyRing,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get([endpoints.openidConfiguration, endpoints.oauthAuthorizationServer])
  @Header('Cache-Control', 'public, max-age=60')
  async metadata(): Promise<Record<string, unknown>> {
    const resources = await this.catalogue.lastKnown();
    // Clients ask for what they find here. The scopes of the admin API are for those who know that they need them.
    const scopes = resources
      .flatMap(({ scopes: own }) => Object.keys(own))
      .filter((name) => !isAdminScope(name));
    return serverMetadata(this.settings, {
      scopes: [...new Set(scopes)],
      grantTypes: this.grantTypes.names,
      authenticationMethods: this.methods.offered,
      signingAlgorithms: this.keyRing.offered,
      takesIdentityAssertions: (await this.trustedIssuers.known()).some(({ kind }) => kind === 'id-jag'),
      authorizationDetailsTypes: await this.detailTypes.knownNames(),
    });
  }
}
