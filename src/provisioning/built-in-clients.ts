import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { ClientRegistration, type Registration } from '../clients/client-registration.js';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { formatScope } from '../protocol/scope.js';
import { adminScope } from '../resource/rights.js';

/** The public client behind Swagger UI's Authorize button. */
export const swaggerUiClientId = 'eyrie-swagger-ui';

/** The clients that are part of the service. */
@Injectable()
export class BuiltInClients {
  constructor(
    private readonly clients: ClientsStore,
    private readonly registration: ClientRegistration,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Registers Swagger UI, or updates what it depends on: its redirection URI follows the issuer. Other changes to it stay. Under a
   * security profile of all clients there is none: it is public.
   */
  async ensure(): Promise<void> {
    if (this.settings.profile !== 'off') return;
    const needed = {
      redirect_uris: [this.settings.issuer + endpoints.docsRedirect],
      grant_types: ['authorization_code', 'refresh_token'],
      session_refresh_tokens: true,
    };
    const present = await this.clients.find(swaggerUiClientId);
    if (!present) return this.register(needed);
    const { redirectUris, grantTypes, sessionRefreshTokens } = present;
    if (
      redirectUris.join() !== needed.redirect_uris.join() ||
      grantTypes.join() !== needed.grant_types.join() ||
      !sessionRefreshTokens
    )
      await this.registration.update(swaggerUiClientId, needed, 'eyrie:start');
  }

  private async register(needed: Registration): Promise<void> {
    try {
      await this.registration.register(
        {
          client_id: swaggerUiClientId,
          client_name: 'Swagger UI',
          ...needed,
          token_endpoint_auth_method: 'none',
          // These include all others.
          scope: formatScope([adminScope.write, adminScope.read]),
        },
        'eyrie:start',
      );
    } catch (error) {
      // Another replica that is starting too was faster.
      if (!(error instanceof ConflictException)) throw error;
    }
  }
}
