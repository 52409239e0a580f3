import type { RealmClient } from './realm.js';

/** How a client authenticates, in the members of RFC 7591. */
interface ImportedAuthentication {
  readonly hasSecret: boolean;
  readonly members: object;
}

/** How a confidential client authenticates; undefined if the export does not hold what that takes. */
export function authenticationOf({
  clientAuthenticatorType = 'client-secret',
  attributes = {},
}: Pick<RealmClient, 'clientAuthenticatorType' | 'attributes'>): ImportedAuthentication | undefined {
  switch (clientAuthenticatorType) {
    case 'client-secret':
      return {
        hasSecret: true,
        // Keycloak accepts both.
        members: {
          token_endpoint_auth_method: 'client_secret_basic',
          token_endpoint_auth_methods: ['client_secret_basic', 'client_secret_post'],
        },
      };
    case 'client-secret-jwt':
      return { hasSecret: true, members: { token_endpoint_auth_method: 'client_secret_jwt' } };
    case 'client-jwt': {
      const jwks_uri = attributes['use.jwks.url'] === 'true' ? attributes['jwks.url'] : undefined;
      return jwks_uri
        ? { hasSecret: false, members: { token_endpoint_auth_method: 'private_key_jwt', jwks_uri } }
        : undefined;
    }
    default:
      return undefined;
  }
}
