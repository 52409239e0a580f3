import type { SettingGroup } from './setting.js';
import {
  clientDocuments,
  integer,
  listOf,
  oneOf,
  onOff,
  redirectScheme,
  registrableScopes,
  trueFalse,
} from './setting-kinds.js';

/** What clients may do. */
export const clientSettings = {
  registration: {
    name: 'EYRIE_REGISTRATION',
    default: 'off',
    meaning:
      'Who may register clients at /register: off (nobody), token (with an initial access token) or open',
    parse: oneOf('off', 'token', 'open'),
  },
  registrationAttemptsPerAddress: {
    name: 'EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS',
    default: '20',
    meaning: 'Attempts at open registration from one address per hour; further attempts get 429',
    parse: integer(1, 1_000_000),
  },
  registrationScopes: {
    name: 'EYRIE_REGISTRATION_SCOPES',
    default: 'all',
    meaning:
      'Scopes that clients which register themselves may have: all (those of OpenID Connect and of every registered resource), or a list separated by spaces. Never those of the admin API',
    parse: registrableScopes,
  },
  clientDocuments: {
    name: 'EYRIE_CLIENT_DOCUMENTS',
    default: 'off',
    meaning:
      'Which clients may describe themselves by a document at the https URL that is their client_id (Client ID Metadata Documents): off (none), any (all but the hosts in EYRIE_OUTBOUND_ALLOW), or the hosts of these URLs, such as claude.ai,vscode.dev',
    parse: clientDocuments,
  },
  clientDocumentScopes: {
    name: 'EYRIE_CLIENT_DOCUMENT_SCOPES',
    default: 'all',
    meaning:
      'Scopes that such clients may have: all (those of OpenID Connect and of every registered resource), or a list separated by spaces. Never those of the admin API',
    parse: registrableScopes,
  },
  redirectSchemes: {
    name: 'EYRIE_REDIRECT_SCHEMES',
    default: '',
    meaning:
      'Comma-separated private-use schemes without a dot, such as cursor,vscode, that redirection URIs of public clients may have. Schemes with a dot need no permission',
    parse: listOf(redirectScheme),
  },
  clientSecretAttempts: {
    name: 'EYRIE_CLIENT_SECRET_ATTEMPTS',
    default: '20',
    meaning:
      'Wrong secrets for one client from one network within 15 minutes; further ones get 429. A right secret of 32 characters or more always passes',
    parse: integer(1, 1_000_000),
  },
  profile: {
    name: 'EYRIE_PROFILE',
    default: 'off',
    meaning:
      'The security profile of all clients, as if each had it as eyrie_profile: off, fapi2 (FAPI 2.0 Security Profile) or fapi2-message-signing. `eyrie doctor` names clients that do not fit',
    parse: oneOf('off', 'fapi2', 'fapi2-message-signing'),
  },
  requirePushedRequests: {
    name: 'EYRIE_REQUIRE_PUSHED_REQUESTS',
    default: 'false',
    meaning: 'true: every client must push its authorization requests (RFC 9126)',
    parse: trueFalse,
  },
  requestUri: {
    name: 'EYRIE_REQUEST_URI',
    default: 'off',
    meaning:
      'Request objects by reference (RFC 9101 §5.2): off, registered (only the request_uris of the client) or any (also other public URLs)',
    parse: oneOf('off', 'registered', 'any'),
  },
  responseTypes: {
    name: 'EYRIE_RESPONSE_TYPES',
    default: '',
    meaning:
      'Comma-separated response types besides code, for relying parties that still need them: id_token, code id_token, id_token token, code token, code id_token token',
    parse: listOf(
      oneOf('code', 'id_token', 'code id_token', 'id_token token', 'code token', 'code id_token token'),
    ),
  },
  dpopNonce: {
    name: 'EYRIE_DPOP_NONCE',
    default: 'off',
    meaning: 'on: DPoP proofs must hold a nonce from the server (RFC 9449 §8)',
    parse: onOff,
  },
  sessionManagement: {
    name: 'EYRIE_SESSION_MANAGEMENT',
    default: 'off',
    meaning:
      'on: check_session_iframe and session_state (OpenID Connect Session Management). Under https it sets a SameSite=None cookie',
    parse: onOff,
  },
} as const satisfies SettingGroup;
