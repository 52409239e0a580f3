import { Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../clients/registered-client.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { redirectHost } from '../protocol/redirect-uri.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import type { RequestedScope } from '../views/page-models.js';
import { Views } from '../views/views.js';

/** What the resource owner is asked. */
export interface Question {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly remembered: ReadonlySet<string>;
  readonly session: ActiveSession;
  readonly interaction: string;
  readonly csrfToken: string;
}

/** The scope without which the request would be another one; it cannot be refused on its own. */
export const requiredScope = 'openid';

/** The consent page: which client asks, where it sends the answer, and each scope in words. */
@Injectable()
export class ConsentPages {
  constructor(
    private readonly catalogue: ResourceCatalogue,
    private readonly views: Views,
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
    return this.views.consent({
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

  /** The scopes of a request in words. */
  async scopes(names: readonly string[], remembered: ReadonlySet<string>): Promise<RequestedScope[]> {
    return Promise.all(
      names.map(async (name) => ({
        name,
        description: await this.catalogue.describe(name),
        required: name === requiredScope,
        remembered: remembered.has(name),
      })),
    );
  }
}
