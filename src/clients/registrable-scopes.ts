import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Client } from '../persistence/entities/client.entity.js';
import { formatScope, parseScope } from '../protocol/scope.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import { isAdminScope } from '../resource/rights.js';

/** The scopes that clients may register for themselves. */
@Injectable()
export class RegistrableScopes {
  constructor(
    private readonly catalogue: ResourceCatalogue,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The scopes of OpenID Connect and of registered resources, as far as the operator allows them (by a list, or all). Never those of the admin API. */
  async all(allowed = this.settings.registrationScopes): Promise<string[]> {
    const resources = await this.catalogue.all();
    const known = new Set(resources.flatMap(({ scopes }) => Object.keys(scopes)));
    return [...known].filter(
      (scope) => !isAdminScope(scope) && (allowed === 'all' || allowed.includes(scope)),
    );
  }

  /**
   * The client with the scopes that it may request now. For a client that did not say which scopes it needs, these are all that may be
   * registered: "If omitted, an authorization server MAY register a client with a default set of scopes" (RFC 7591 §2).
   */
  async withScopes(client: Client): Promise<Client> {
    if (!client.scopeUnstated) return client;
    const { clientDocumentScopes, registrationScopes } = this.settings;
    const allowed = client.documentFetchedAt === null ? registrationScopes : clientDocumentScopes;
    return Object.assign(new Client(), client, { scope: formatScope(await this.all(allowed)) });
  }

  /** What is left of the scopes that a client registers: those that may be registered, and those that it has already. */
  async narrow(scopes: readonly string[], present: Client | undefined): Promise<string[]> {
    const own = present ? parseScope((await this.withScopes(present)).scope) : [];
    const allowed = new Set([...(await this.all()), ...own]);
    return scopes.filter((scope) => allowed.has(scope));
  }
}
