import { type CertificateName, certificateNameProblems } from './certificate-name.js';
import { logoutUriProblems } from './logout-uri.js';
import type { MetadataProblem } from './metadata-problem.js';
import { assertionAlgorithms, type AssertionMethod } from './client-assertion.js';
import { holdsCertificates, type JwkSet, jwksProblem } from './public-jwks.js';
import { type ApplicationType, redirectUriProblem } from './redirect-uri.js';
import { requestUriProblem } from './request-uri.js';
import { sectorOf } from './sector.js';
import { issues, issuesTokens } from './response-type.js';

/** Client metadata in the names of RFC 7591 §2 and OIDC Registration §2, with Eyrie's own fields at the end. */
export interface ClientMetadata extends CertificateName {
  client_name?: string;
  application_type: ApplicationType;
  redirect_uris: string[];
  post_logout_redirect_uris: string[];
  /** Where it is told server to server that a session has ended (OIDC Back-Channel Logout §2.2). */
  backchannel_logout_uri?: string | null;
  backchannel_logout_session_required: boolean;
  /** What the signed-out page loads in a frame (OIDC Front-Channel Logout §2). */
  frontchannel_logout_uri?: string | null;
  frontchannel_logout_session_required: boolean;
  grant_types: string[];
  response_types: string[];
  token_endpoint_auth_method: string;
  /** `public`, or `pairwise`: its users are known to it by subjects that are its sector's own (OIDC Core §8). */
  subject_type: string;
  sector_identifier_uri?: string | null;
  /** The one algorithm of its assertions; any that fits the method when absent (OIDC Registration §2). */
  token_endpoint_auth_signing_alg?: string | null;
  /** `issuer`, or `endpoint` where its assertions may name the endpoint that they are sent to as well. */
  assertion_audience: string;
  /** Its public keys, by value or by reference (RFC 7591 §2). */
  jwks?: JwkSet | null;
  jwks_uri?: string | null;
  scope: string;
  id_token_signed_response_alg: string;
  /** The algorithm of its signed authorization responses (JARM §3). */
  authorization_signed_response_alg: string;
  /** The algorithm of what it is told about tokens, where it asks for that signed (RFC 9701 §6). */
  introspection_signed_response_alg: string;
  /** The algorithm of its userinfo answers; JSON when absent (OIDC Registration §2). */
  userinfo_signed_response_alg?: string | null;
  default_max_age?: number | null;
  require_auth_time: boolean;
  client_uri?: string | null;
  logo_uri?: string | null;
  policy_uri?: string | null;
  tos_uri?: string | null;
  contacts: string[];
  /** Form of access tokens: a JWT (RFC 9068) or an opaque string. */
  access_token_format: string;
  require_pkce: boolean;
  /** Where its request objects are, when they come by reference (OIDC Registration §2). */
  request_uris?: string[] | null;
  /** The one algorithm of its request objects; any with a public key when absent (RFC 9101 §10.2). */
  request_object_signing_alg?: string | null;
  /** Whether its authorization requests must be signed request objects (RFC 9101 §10.5). */
  require_signed_request_object: boolean;
  /** Whether its authorization requests must be pushed (RFC 9126 §6). */
  require_pushed_authorization_requests: boolean;
  rotate_refresh_tokens: boolean;
  /** Whether all its access tokens are bound to a key of its DPoP proofs (RFC 9449 §5.2). */
  dpop_bound_access_tokens: boolean;
  /** Whether all its access tokens are bound to its TLS certificate (RFC 8705 §3.4). */
  tls_client_certificate_bound_access_tokens: boolean;
  /** Identifiers of the resources whose tokens this client, being their server, may introspect. */
  introspects: string[];
}

/** RFC 8628 §3.4 */
export const deviceCodeGrantType = 'urn:ietf:params:oauth:grant-type:device_code';
export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'implicit',
  deviceCodeGrantType,
] as const;
export const clientAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
] as const;
export const idTokenAlgorithms = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;
export const accessTokenFormats = ['jwt', 'opaque'] as const;

/** Whether clients with this method have a secret. */
export const usesSecret = (method: string): boolean => method.startsWith('client_secret_');

/** The code by which a client is told of the problem (RFC 7591 §3.2.2). */
export const clientMetadataError = ({
  field,
}: MetadataProblem): 'invalid_redirect_uri' | 'invalid_client_metadata' =>
  field.startsWith('redirect_uris') ? 'invalid_redirect_uri' : 'invalid_client_metadata';

/** The rules that hold between fields, which no check of a single field can see. */
export function metadataProblems(metadata: ClientMetadata): MetadataProblem[] {
  const problems: MetadataProblem[] = [];
  const refuse = (field: string, reason: string): void => void problems.push({ field, reason });
  const uses = (grantType: string): boolean => metadata.grant_types.includes(grantType);

  metadata.redirect_uris.forEach((uri, index) => {
    const problem = redirectUriProblem(uri, metadata.application_type);
    if (problem) refuse(`redirect_uris[${index}]`, problem);
  });
  metadata.post_logout_redirect_uris.forEach((uri, index) => {
    const problem = redirectUriProblem(uri, metadata.application_type);
    if (problem) refuse(`post_logout_redirect_uris[${index}]`, problem);
  });
  for (const { field, reason } of logoutUriProblems(metadata)) refuse(field, reason);
  for (const { field, reason } of keyProblems(metadata)) refuse(field, reason);
  metadata.request_uris?.forEach((uri, index) => {
    const problem = requestUriProblem(uri);
    if (problem) refuse(`request_uris[${index}]`, problem);
  });
  const isNamedByCertificate = metadata.token_endpoint_auth_method === 'tls_client_auth';
  for (const { field, reason } of certificateNameProblems(metadata, isNamedByCertificate))
    refuse(field, reason);
  if (metadata.subject_type === 'pairwise' && sectorOf(metadata) === undefined)
    refuse(
      'sector_identifier_uri',
      'is required for pairwise subjects unless all redirect_uris have one host',
    );
  // RFC 7591 §2.1: the grant types and response types must agree.
  if (uses('authorization_code') && metadata.redirect_uris.length === 0) {
    refuse('redirect_uris', 'is required with the grant type authorization_code');
  }
  if (uses('authorization_code') !== metadata.response_types.some((type) => issues(type, 'code'))) {
    refuse('response_types', 'holds one with "code" exactly when grant_types holds "authorization_code"');
  }
  if (uses('implicit') !== metadata.response_types.some(issuesTokens)) {
    refuse(
      'response_types',
      'holds one with "id_token" or "token" exactly when grant_types holds "implicit"',
    );
  }
  // OIDC Registration §2: "Web Clients using the OAuth Implicit Grant Type MUST only register URLs using the https scheme".
  if (uses('implicit') && metadata.application_type === 'web') {
    if (metadata.redirect_uris.length === 0)
      refuse('redirect_uris', 'is required with the grant type implicit');
    if (metadata.redirect_uris.some((uri) => !uri.startsWith('https:')))
      refuse('redirect_uris', 'must use https with the grant type implicit');
  }
  if (uses('refresh_token') && !uses('authorization_code') && !uses(deviceCodeGrantType)) {
    refuse('grant_types', 'refresh_token needs authorization_code or device_code, which issue the first one');
  }
  for (const field of ['dpop_bound_access_tokens', 'tls_client_certificate_bound_access_tokens'] as const) {
    if (metadata[field] && metadata.response_types.some((type) => issues(type, 'token')))
      refuse(field, 'cannot stand beside response_types with token, which are bearer tokens');
  }
  // RFC 6749 §4.4: client_credentials "MUST only be used by confidential clients".
  if (metadata.token_endpoint_auth_method === 'none') {
    if (uses('client_credentials'))
      refuse('grant_types', 'client_credentials is for clients that authenticate');
    if (!metadata.require_pkce) refuse('require_pkce', 'is always on for a public client');
    if (!metadata.rotate_refresh_tokens) refuse('rotate_refresh_tokens', 'is always on for a public client');
    if (metadata.introspects.length > 0) refuse('introspects', 'is for clients that authenticate');
  }
  return problems;
}

function keyProblems(metadata: ClientMetadata): MetadataProblem[] {
  const problems: MetadataProblem[] = [];
  const {
    jwks,
    jwks_uri,
    token_endpoint_auth_method: method,
    token_endpoint_auth_signing_alg: alg,
  } = metadata;
  // "The jwks_uri and jwks parameters MUST NOT both be present in the same request or response." (RFC 7591 §2)
  if (jwks && jwks_uri) problems.push({ field: 'jwks', reason: 'cannot stand beside jwks_uri' });
  const problem = jwks ? jwksProblem(jwks) : undefined;
  if (problem !== undefined) problems.push({ field: 'jwks', reason: problem });
  if (method === 'private_key_jwt' && !jwks && !jwks_uri)
    problems.push({ field: 'jwks', reason: 'or jwks_uri is required with private_key_jwt' });
  // RFC 8705 §2.2.2: the certificates are conveyed by x5c.
  if (method === 'self_signed_tls_client_auth' && !jwks_uri && (!jwks || !holdsCertificates(jwks)))
    problems.push({
      field: 'jwks',
      reason: `with a certificate in x5c, or jwks_uri, is required with ${method}`,
    });
  // RFC 9101 §10.2: only a key that the client registered proves that a request is its own.
  for (const field of ['request_object_signing_alg', 'require_signed_request_object'] as const) {
    if (metadata[field] && !jwks && !jwks_uri) problems.push({ field, reason: 'needs jwks or jwks_uri' });
  }
  if (metadata.request_uris?.length && !jwks && !jwks_uri)
    problems.push({ field: 'request_uris', reason: 'needs jwks or jwks_uri' });
  const fitting: readonly string[] | undefined = assertionAlgorithms[method as AssertionMethod];
  if (alg && fitting && !fitting.includes(alg))
    problems.push({
      field: 'token_endpoint_auth_signing_alg',
      reason: `with ${method} is one of ${fitting.join(', ')}`,
    });
  return problems;
}

/** Fills what a registration left out (RFC 7591 §2 defaults; PKCE and rotation are on unless a confidential client opts out). */
export function withDefaults(given: Partial<ClientMetadata>): ClientMetadata {
  const grants = given.grant_types ?? ['authorization_code'];
  return {
    ...given,
    application_type: given.application_type ?? 'web',
    redirect_uris: given.redirect_uris ?? [],
    post_logout_redirect_uris: given.post_logout_redirect_uris ?? [],
    backchannel_logout_session_required: given.backchannel_logout_session_required ?? false,
    frontchannel_logout_session_required: given.frontchannel_logout_session_required ?? false,
    grant_types: grants,
    response_types: given.response_types ?? (grants.includes('authorization_code') ? ['code'] : []),
    token_endpoint_auth_method: given.token_endpoint_auth_method ?? 'client_secret_basic',
    subject_type: given.subject_type ?? 'public',
    assertion_audience: given.assertion_audience ?? 'issuer',
    scope: given.scope ?? '',
    id_token_signed_response_alg: given.id_token_signed_response_alg ?? 'RS256',
    authorization_signed_response_alg: given.authorization_signed_response_alg ?? 'RS256',
    introspection_signed_response_alg: given.introspection_signed_response_alg ?? 'RS256',
    require_auth_time: given.require_auth_time ?? false,
    contacts: given.contacts ?? [],
    access_token_format: given.access_token_format ?? 'jwt',
    require_pkce: given.require_pkce ?? true,
    require_signed_request_object: given.require_signed_request_object ?? false,
    require_pushed_authorization_requests: given.require_pushed_authorization_requests ?? false,
    rotate_refresh_tokens: given.rotate_refresh_tokens ?? true,
    dpop_bound_access_tokens: given.dpop_bound_access_tokens ?? false,
    tls_client_certificate_bound_access_tokens: given.tls_client_certificate_bound_access_tokens ?? false,
    introspects: given.introspects ?? [],
  };
}
