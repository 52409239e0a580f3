import { certificateNameProblems } from '../certificate-name.js';
import {
  backchannelGrantType,
  deviceCodeGrantType,
  jwtBearerGrantType,
  tokenExchangeGrantType,
} from '../client-metadata.js';
import { logoutUriProblems } from '../logout-uri.js';
import type { MetadataProblem } from '../metadata-problem.js';
import { redirectUriProblem } from '../redirect-uri.js';
import { requestUriProblem } from '../request-uri.js';
import { issues, issuesTokens } from '../response-type.js';
import { sectorOf } from '../sector.js';
import { backchannelProblems } from './backchannel-rules.js';
import { assertionAlgorithmProblems, federationProblems, keyProblems, keyUseProblems } from './key-rules.js';
import type { ClientMetadata } from './members.js';
import { translationProblems } from './translations.js';

/**
 * One rule between members: the violations of it, or an empty list.
 * @param redirectSchemes the private-use schemes without a dot that the operator allows
 */
export type MetadataRule = (
  metadata: ClientMetadata,
  redirectSchemes?: readonly string[],
) => MetadataProblem[];

/** The rules that hold between members, which no check of a single member can see. */
const rules: readonly MetadataRule[] = [
  redirectionProblems('redirect_uris'),
  redirectionProblems('post_logout_redirect_uris'),
  initiateLoginUriProblems,
  authenticationMethodProblems,
  logoutUriProblems,
  backchannelProblems,
  keyProblems,
  keyUseProblems,
  federationProblems,
  assertionAlgorithmProblems,
  requestUriProblems,
  (metadata) => certificateNameProblems(metadata, metadata.token_endpoint_auth_method === 'tls_client_auth'),
  sectorProblems,
  grantAndResponseTypeProblems,
  implicitGrantProblems,
  refreshTokenProblems,
  boundTokenProblems,
  publicClientProblems,
  translationProblems,
];

/** Every violation of the rules between members, in the order of the rules. */
export const metadataProblems: MetadataRule = (metadata, redirectSchemes) =>
  rules.flatMap((rule) => rule(metadata, redirectSchemes));

const uses = ({ grant_types }: ClientMetadata, grantType: string): boolean => grant_types.includes(grantType);

function redirectionProblems(member: 'redirect_uris' | 'post_logout_redirect_uris'): MetadataRule {
  return (metadata, allowed = []) => {
    const isPublic = metadata.token_endpoint_auth_method === 'none';
    return metadata[member].flatMap((uri, index) => {
      const reason = redirectUriProblem(uri, metadata.application_type, { allowed, isPublic });
      return reason === undefined ? [] : [{ field: `${member}[${index}]`, reason }];
    });
  };
}

/** "The URI MUST use the https scheme" (OIDC Registration §2, OIDC Core §4). */
function initiateLoginUriProblems({ initiate_login_uri: uri }: ClientMetadata): MetadataProblem[] {
  return uri && new URL(uri).protocol !== 'https:'
    ? [{ field: 'initiate_login_uri', reason: 'must use https' }]
    : [];
}

function requestUriProblems({ request_uris }: ClientMetadata): MetadataProblem[] {
  return (request_uris ?? []).flatMap((uri, index) => {
    const reason = requestUriProblem(uri);
    return reason === undefined ? [] : [{ field: `request_uris[${index}]`, reason }];
  });
}

function authenticationMethodProblems(metadata: ClientMetadata): MetadataProblem[] {
  const { token_endpoint_auth_methods: methods, token_endpoint_auth_method: method } = metadata;
  if (!methods || methods.includes(method)) return [];
  return [
    {
      field: 'token_endpoint_auth_methods',
      reason: `must hold the token_endpoint_auth_method, which is ${method}`,
    },
  ];
}

/** OIDC Core §8.1 */
function sectorProblems(metadata: ClientMetadata): MetadataProblem[] {
  if (metadata.subject_type !== 'pairwise' || sectorOf(metadata) !== undefined) return [];
  return [
    {
      field: 'sector_identifier_uri',
      reason: 'is required for pairwise subjects unless all redirect_uris have one host',
    },
  ];
}

/** RFC 7591 §2.1: the grant types and response types must agree. */
function grantAndResponseTypeProblems(metadata: ClientMetadata): MetadataProblem[] {
  const { redirect_uris, response_types } = metadata;
  const problems: MetadataProblem[] = [];
  const usesCode = uses(metadata, 'authorization_code');
  if (usesCode && redirect_uris.length === 0)
    problems.push({
      field: 'redirect_uris',
      reason: 'is required with the grant type authorization_code',
    });
  if (usesCode !== response_types.some((type) => issues(type, 'code')))
    problems.push({
      field: 'response_types',
      reason: 'holds one with "code" exactly when grant_types holds "authorization_code"',
    });
  if (uses(metadata, 'implicit') !== response_types.some(issuesTokens))
    problems.push({
      field: 'response_types',
      reason: 'holds one with "id_token" or "token" exactly when grant_types holds "implicit"',
    });
  return problems;
}

/** OIDC Registration §2: "Web Clients using the OAuth Implicit Grant Type MUST only register URLs using the https scheme". */
function implicitGrantProblems(metadata: ClientMetadata): MetadataProblem[] {
  const { application_type, redirect_uris } = metadata;
  if (!uses(metadata, 'implicit') || application_type !== 'web') return [];
  if (redirect_uris.length === 0)
    return [{ field: 'redirect_uris', reason: 'is required with the grant type implicit' }];
  return redirect_uris.every((uri) => uri.startsWith('https:'))
    ? []
    : [{ field: 'redirect_uris', reason: 'must use https with the grant type implicit' }];
}

/** RFC 6749 §6: a refresh token comes with another grant. */
function refreshTokenProblems(metadata: ClientMetadata): MetadataProblem[] {
  const issuers = ['authorization_code', deviceCodeGrantType, backchannelGrantType];
  if (!uses(metadata, 'refresh_token') || issuers.some((grantType) => uses(metadata, grantType))) return [];
  return [
    {
      field: 'grant_types',
      reason: 'refresh_token needs authorization_code, device_code or ciba, which issue the first one',
    },
  ];
}

/** Access tokens of the authorization endpoint are bearer tokens (RFC 6749 §4.2.2). */
function boundTokenProblems(metadata: ClientMetadata): MetadataProblem[] {
  const fields = [
    'dpop_bound_access_tokens',
    'tls_client_certificate_bound_access_tokens',
    'eyrie_require_dpop',
  ] as const;
  if (!metadata.response_types.some((type) => issues(type, 'token'))) return [];
  return fields
    .filter((field) => metadata[field])
    .map((field) => ({
      field,
      reason: 'cannot stand beside response_types with token, which are bearer tokens',
    }));
}

/** What needs a client that authenticates: RFC 6749 §4.4, RFC 9700 §2.1.1 and §2.2.2, RFC 7662 §2.1. */
function publicClientProblems(metadata: ClientMetadata): MetadataProblem[] {
  if (metadata.token_endpoint_auth_method !== 'none') return [];
  const problems: MetadataProblem[] = [];
  // RFC 6749 §4.4: client_credentials "MUST only be used by confidential clients".
  if (uses(metadata, 'client_credentials'))
    problems.push({ field: 'grant_types', reason: 'client_credentials is for clients that authenticate' });
  if (!metadata.require_pkce)
    problems.push({ field: 'require_pkce', reason: 'is always on for a public client' });
  if (!metadata.rotate_refresh_tokens)
    problems.push({ field: 'rotate_refresh_tokens', reason: 'is always on for a public client' });
  // Whoever exchanges tokens of others says who it is (RFC 8693 §5).
  if (uses(metadata, tokenExchangeGrantType))
    problems.push({ field: 'grant_types', reason: 'token-exchange is for clients that authenticate' });
  if (uses(metadata, jwtBearerGrantType))
    problems.push({ field: 'grant_types', reason: 'jwt-bearer is for clients that authenticate' });
  if (metadata.introspection_resources.length > 0)
    problems.push({ field: 'introspection_resources', reason: 'is for clients that authenticate' });
  return problems;
}
