import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../clients/registered-client.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { redirectHost } from '../protocol/redirect-uri.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import type { RequestedScope } from '../views/page-models.js';
import { Views } from '../views/views.js';

/** What the consent page asks the resource owner. */
export interface Question {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly remembered: ReadonlySet<string>;
  readonly session: ActiveSession;
  readonly interaction: string;
  readonly csrfToken: string;
}

/** The scope that cannot be denied on its own: without it the request would not be an OpenID Connect request. */
export const requiredScope = 'openid';

/** Renders the consent page: the client that asks, the host that gets the response, and a description of each scope. */
@Injectable()
export class ConsentPages {
  constructor(
    private readonly catalogue: ResourceCatalogue,
    private readonly views: Views,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async render({
    client,
    redirectUri,
    scopes,
    remembered,
    session,
    interaction,
    csrfToken,
  }: Question): Promise<string> {
    const { metadata } = client;
    return this.views.render('consent', {
      csrfToken,
      interaction,
      clientName: client.name,
      clientUri: metadata.clientUri ?? undefined,
      logoUri: metadata.logoUri ?? undefined,
      policyUri: metadata.policyUri ?? undefined,
      tosUri: metadata.tosUri ?? undefined,
      redirectHost: redirectHost(redirectUri),
      userName: session.name ?? session.username,
      scopes: await this.scopes(scopes, remembered),
    });
  }

  /** The scopes of OpenID Connect and of the admin API belong to this service, where the person has their account. */
  private async resourceName(scope: string): Promise<string> {
    const resource = await this.catalogue.resourceOf(scope);
    return resource && resource.identifier !== this.settings.issuer ? resource.name : 'Your account here';
  }

  /** The scopes of a request with their descriptions. */
  async scopes(names: readonly string[], remembered: ReadonlySet<string>): Promise<RequestedScope[]> {
    return Promise.all(
      names.map(async (name) => ({
        name,
        description: await this.catalogue.describe(name),
        resource: await this.resourceName(name),
        required: name === requiredScope,
        remembered: remembered.has(name),
      })),
    );
  }
}
