import { Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../clients/registered-client.js';
import { invalidScope } from '../protocol/errors.js';
import { openidScopes, parseScope } from '../protocol/scope.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';

/** Which scopes a request for somebody's authorization is about. */
@Injectable()
export class RequestedScopes {
  constructor(private readonly catalogue: ResourceCatalogue) {}

  /**
   * Scopes that nobody knows are ignored (OIDC Core §3.1.2.1); those of others than this client are refused.
   * @param scope the parameter as it was sent
   * @throws OAuthError invalid_scope
   */
  async of(client: RegisteredClient, scope: string | undefined): Promise<string[]> {
    const resources = await this.catalogue.all();
    const exists = (name: string): boolean =>
      resources.some((resource) => Object.hasOwn(resource.scopes, name));
    const asked = parseScope(scope);
    const known = asked.filter((name) => client.scopes.has(name) || exists(name));
    const foreign = known.find((name) => !client.scopes.has(name));
    if (foreign !== undefined)
      throw invalidScope('this client is not registered for all of these scopes', `scope ${foreign}`);

    // RFC 6749 §3.3: without the parameter "process the request using a pre-defined default value".
    const meant =
      asked.length > 0 ? known : [...client.scopes].filter((name) => !Object.hasOwn(openidScopes, name));
    // OIDC Core §11: offline_access is ignored where no refresh token could come of it.
    const possible = meant.filter(
      (name) => name !== 'offline_access' || client.allowsGrantType('refresh_token'),
    );
    if (possible.length === 0) throw invalidScope('no scope that exists was asked for');
    return possible;
  }
}
