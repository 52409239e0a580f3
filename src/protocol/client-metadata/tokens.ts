import { accessTokenFormats, idTokenAlgorithms } from '../client-metadata.js';
import { suppliedClaims } from '../claims.js';
import { subjectTypes } from '../sector.js';
import type { ClientMembers } from './member.js';

/** What the client receives: tokens, and signed answers about them. */
export const tokenMembers = {
  subject_type: {
    kind: 'choice',
    values: subjectTypes,
    default: 'public',
    meaning: 'pairwise: clients of other sectors cannot compare its subjects with theirs',
    spec: 'OIDC Core §8',
  },
  sector_identifier_uri: {
    kind: 'webAddress',
    default: null,
    meaning: 'URL of a JSON array with its redirect_uris; clients that share it share pairwise subjects',
    spec: 'OIDC Core §8.1',
  },
  id_token_claims: {
    kind: 'flagOrChoices',
    values: suppliedClaims,
    default: false,
    meaning:
      'Which granted claims about the person its ID tokens have beside userinfo: true for all of them, or a list of claims, for clients that never ask userinfo',
    spec: 'OIDC Core §5.4',
  },
  id_token_signed_response_alg: {
    kind: 'choice',
    values: idTokenAlgorithms,
    default: 'RS256',
    meaning: 'The algorithm of its ID tokens',
    spec: 'OIDC Registration §2',
  },
  authorization_signed_response_alg: {
    kind: 'choice',
    values: idTokenAlgorithms,
    default: 'RS256',
    meaning: 'The algorithm of signed authorization responses, which it requests by response_mode',
    spec: 'JARM §3',
  },
  introspection_signed_response_alg: {
    kind: 'choice',
    values: idTokenAlgorithms,
    default: 'RS256',
    meaning: 'The algorithm of signed introspection responses, which it requests by the Accept header',
    spec: 'RFC 9701 §6',
  },
  userinfo_signed_response_alg: {
    kind: 'choice',
    values: idTokenAlgorithms,
    default: null,
    meaning: 'The algorithm of its userinfo responses; plain JSON if null',
    spec: 'OIDC Registration §2, OIDC Core §5.3.2',
  },
  default_max_age: {
    kind: 'integer',
    min: 0,
    max: 2_147_483_647,
    default: null,
    meaning: 'Seconds after which a person must sign in again, unless the request has max_age',
    spec: 'OIDC Registration §2',
  },
  require_auth_time: {
    kind: 'flag',
    default: false,
    meaning: 'Whether its ID tokens need `auth_time`; it is always sent',
    spec: 'OIDC Registration §2',
  },
  default_acr_values: {
    kind: 'texts',
    default: [],
    meaning:
      'Authentication context classes that it prefers, in this order, unless the request has acr_values or asks for values of the claim `acr`',
    spec: 'OIDC Registration §2',
    example: ['https://refeds.org/profile/mfa'],
  },
  require_second_factor: {
    kind: 'flag',
    default: false,
    meaning:
      'Whether everybody who signs in to it needs a second factor; who has none sets one up. Grants that exist go on',
    setBy: 'operator',
  },
  access_token_format: {
    kind: 'choice',
    values: accessTokenFormats,
    default: 'jwt',
    meaning: 'Whether its access tokens are JWTs (RFC 9068) or opaque',
  },
  rotate_refresh_tokens: {
    kind: 'flag',
    default: true,
    meaning: 'Whether each refresh replaces its refresh token; always on for a public client',
    spec: 'RFC 9700 §2.2.2',
  },
  session_refresh_tokens: {
    kind: 'flag',
    default: false,
    meaning:
      'Whether it gets refresh tokens without the scope offline_access too; they end with the session of their resource owner',
    spec: 'OIDC Core §11',
  },
  dpop_bound_access_tokens: {
    kind: 'flag',
    default: false,
    meaning: 'Whether its access tokens must be bound to a key by DPoP',
    spec: 'RFC 9449 §5.2',
  },
  tls_client_certificate_bound_access_tokens: {
    kind: 'flag',
    default: false,
    meaning: 'Whether its access tokens are bound to its TLS certificate; needs EYRIE_MTLS',
    spec: 'RFC 8705 §3.4',
  },
  introspection_resources: {
    kind: 'texts',
    default: [],
    meaning: 'Identifiers of the resources that it serves: it may introspect tokens for them',
    setBy: 'operator',
    formerNames: ['introspects'],
  },
  token_exchange_clients: {
    kind: 'texts',
    default: [],
    meaning:
      'The client_ids of the clients whose tokens it may exchange, by the grant type token-exchange, for tokens with which it acts for the same person',
    spec: 'RFC 8693',
    setBy: 'operator',
    byAdministrator: true,
    example: ['message-writer'],
  },
  token_exchange_resources: {
    kind: 'texts',
    default: [],
    meaning: 'Identifiers of the resources for which it may get tokens by the grant type token-exchange',
    spec: 'RFC 8693',
    setBy: 'operator',
    byAdministrator: true,
    example: ['https://contacts.example.com'],
  },
} as const satisfies ClientMembers;
