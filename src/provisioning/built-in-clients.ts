import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { ClientRegistration } from '../clients/client-registration.js';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { adminScopes } from '../resource/resource-catalogue.js';

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

  /** Registers Swagger UI, or updates its redirection URI after a change of the issuer; other changes to it stay. */
  async ensure(): Promise<void> {
    const redirect_uris = [this.settings.issuer + endpoints.docsRedirect];
    const present = await this.clients.find(swaggerUiClientId);
    if (!present) return this.register(redirect_uris);
    if (present.redirectUris.join() !== redirect_uris.join())
      await this.registration.update(swaggerUiClientId, { redirect_uris }, 'eyrie:start');
  }

  private async register(redirect_uris: string[]): Promise<void> {
    try {
      await this.registration.register(
        {
          client_id: swaggerUiClientId,
          client_name: 'Swagger UI',
          redirect_uris,
          grant_types: ['authorization_code'],
          token_endpoint_auth_method: 'none',
          scope: Object.keys(adminScopes).join(' '),
        },
        'eyrie:start',
      );
    } catch (error) {
      // Another replica that is starting too was faster.
      if (!(error instanceof ConflictException)) throw error;
    }
  }
}
