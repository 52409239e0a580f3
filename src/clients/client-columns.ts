import type { Client } from '../persistence/entities/client.entity.js';
import type { ClientMetadata } from '../protocol/client-metadata.js';

/** The columns in which client metadata is kept. */
const columns = {
  client_name: 'clientName',
  application_type: 'applicationType',
  redirect_uris: 'redirectUris',
  post_logout_redirect_uris: 'postLogoutRedirectUris',
  backchannel_logout_uri: 'backchannelLogoutUri',
  backchannel_logout_session_required: 'backchannelLogoutSessionRequired',
  frontchannel_logout_uri: 'frontchannelLogoutUri',
  frontchannel_logout_session_required: 'frontchannelLogoutSessionRequired',
  grant_types: 'grantTypes',
  response_types: 'responseTypes',
  token_endpoint_auth_method: 'tokenEndpointAuthMethod',
  subject_type: 'subjectType',
  sector_identifier_uri: 'sectorIdentifierUri',
  tls_client_auth_subject_dn: 'tlsClientAuthSubjectDn',
  tls_client_auth_san_dns: 'tlsClientAuthSanDns',
  tls_client_auth_san_uri: 'tlsClientAuthSanUri',
  tls_client_auth_san_ip: 'tlsClientAuthSanIp',
  tls_client_auth_san_email: 'tlsClientAuthSanEmail',
  token_endpoint_auth_signing_alg: 'tokenEndpointAuthSigningAlg',
  assertion_audience: 'assertionAudience',
  jwks: 'jwks',
  jwks_uri: 'jwksUri',
  scope: 'scope',
  id_token_signed_response_alg: 'idTokenSignedResponseAlg',
  authorization_signed_response_alg: 'authorizationSignedResponseAlg',
  introspection_signed_response_alg: 'introspectionSignedResponseAlg',
  userinfo_signed_response_alg: 'userinfoSignedResponseAlg',
  default_max_age: 'defaultMaxAge',
  require_auth_time: 'requireAuthTime',
  client_uri: 'clientUri',
  logo_uri: 'logoUri',
  policy_uri: 'policyUri',
  tos_uri: 'tosUri',
  contacts: 'contacts',
  access_token_format: 'accessTokenFormat',
  require_pkce: 'requirePkce',
  request_uris: 'requestUris',
  request_object_signing_alg: 'requestObjectSigningAlg',
  require_signed_request_object: 'requireSignedRequestObject',
  require_pushed_authorization_requests: 'requirePushedAuthorizationRequests',
  rotate_refresh_tokens: 'rotateRefreshTokens',
  dpop_bound_access_tokens: 'dpopBoundAccessTokens',
  tls_client_certificate_bound_access_tokens: 'tlsClientCertificateBoundAccessTokens',
  introspects: 'introspects',
} as const satisfies Record<keyof ClientMetadata, keyof Client>;

/** The columns that metadata sets; an absent member is null, so that replacing means replacing. */
export function toColumns(metadata: ClientMetadata): Pick<Client, (typeof columns)[keyof ClientMetadata]> {
  const entries = Object.entries(columns).map(([field, column]) => [
    column,
    metadata[field as keyof ClientMetadata] ?? null,
  ]);
  return Object.fromEntries(entries);
}

/** The metadata of a stored client. */
export function toMetadata(client: Client): ClientMetadata & { client_name: string } {
  const entries = Object.entries(columns).map(([field, column]) => [field, client[column]]);
  return Object.fromEntries(entries);
}
