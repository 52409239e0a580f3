import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { Client } from '../../persistence/entities/client.entity.js';
import { withDefaults } from '../../protocol/client-metadata/defaults.js';
import type { ClientMetadata } from '../../protocol/client-metadata/members.js';
import { profileInForce } from '../../protocol/profile.js';
import { formatScope, openidScopes, parseScope } from '../../protocol/scope.js';
import { toOperatorMetadata } from '../client-columns.js';
import { RegistrableScopes } from '../registrable-scopes.js';
import { readSelfDescription } from './self-description.js';

/** The scopes of a client that acts for itself, if it names none. It has the rest only by naming them. */
const openidScope = formatScope(openidScopes);

/** Metadata that may be registered. */
export interface RegistrationRequest {
  readonly metadata: ClientMetadata;
  /** Whether the client did not say which scopes it needs. */
  readonly scopeUnstated: boolean;
}

/** Reads registration requests, and leaves out the scopes, grant types and response types that a client must not choose itself. */
@Injectable()
export class RegistrationRequests {
  constructor(
    private readonly scopes: RegistrableScopes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Reads the metadata in a body, and adds the defaults of omitted members. `ClientRules` checks the rest.
   * @param isTrusted whether the request has an initial access token, which comes from an administrator
   * @param present the client, if it is to be changed; it keeps the scopes and grant types that it has
   * @throws OAuthError if the body is not a JSON object
   * @throws InvalidMetadata naming each invalid member
   */
  async read(body: unknown, isTrusted: boolean, present?: Client): Promise<RegistrationRequest> {
    const given = await readSelfDescription(body, {
      responseTypes: this.settings.responseTypes,
      // With client_credentials no user is asked for consent, so only trusted clients may register it.
      mayActForItself: isTrusted || (present?.grantTypes.includes('client_credentials') ?? false),
    });
    const actsForItself = given.grant_types?.includes('client_credentials') ?? false;
    const scopeUnstated = given.scope === undefined && !actsForItself;
    const { profile } = this.settings;
    const metadata = withDefaults(
      {
        ...given,
        scope: formatScope(
          scopeUnstated
            ? await this.scopes.all()
            : await this.scopes.narrow(parseScope(given.scope ?? openidScope), present),
        ),
        ...(profileInForce(present?.eyrieProfile, profile) === null ? leniency(given) : {}),
        ...(present ? toOperatorMetadata(present) : {}),
      },
      profile,
    );
    return { metadata, scopeUnstated };
  }
}

/**
 * Libraries for OpenID Connect may not use PKCE, and name the token endpoint in assertions (OIDC Core §9). A client that registers itself
 * cannot ask an administrator to allow that.
 */
const leniency = (given: Partial<ClientMetadata>): Partial<ClientMetadata> => ({
  require_pkce: given.require_pkce ?? given.token_endpoint_auth_method === 'none',
  assertion_audience: given.assertion_audience ?? 'endpoint',
});
