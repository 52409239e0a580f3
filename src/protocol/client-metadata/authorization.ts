import { grantTypes } from '../client-metadata.js';
import { profiles } from '../profile.js';
import { requestObjectAlgorithms } from '../request-object.js';
import { responseModes } from '../response-mode.js';
import { defaultResponseTypes, responseTypes } from '../response-type.js';
import type { ClientMembers } from './member.js';

/** What the client may ask for, and in which form. */
export const authorizationMembers = {
  eyrie_profile: {
    kind: 'choice',
    values: profiles,
    default: null,
    meaning:
      'The security profile that it keeps to. What the profile demands replaces the defaults of other members, and a member that breaks it is a violation',
    setBy: 'operator',
    byAdministrator: true,
    example: 'fapi2',
  },
  grant_types: {
    kind: 'choices',
    values: grantTypes,
    default: ['authorization_code'],
    meaning: 'The grants that it may use at the token endpoint',
    spec: 'RFC 7591 §2',
  },
  response_types: {
    kind: 'choices',
    values: responseTypes,
    default: ({ grant_types }) => defaultResponseTypes(grant_types),
    meaning: 'What it may request at the authorization endpoint; follows from grant_types if omitted',
    spec: 'RFC 7591 §2.1',
    example: ['code'],
  },
  response_modes: {
    kind: 'choices',
    values: responseModes,
    default: null,
    meaning:
      'The response modes that it may use; any if null. With those of JARM alone, its errors are signed too',
    spec: 'FAPI 2.0 Message Signing §5.3.3',
    example: ['jwt'],
  },
  scope: {
    kind: 'scope',
    maxLength: 8_192,
    default: '',
    meaning: 'The scope values that it may request, separated by spaces',
    spec: 'RFC 7591 §2',
    example: 'openid profile email offline_access contacts.read',
  },
  authorization_details_types: {
    kind: 'texts',
    default: [],
    meaning:
      'The types of authorization details that it may request, for what a scope cannot say: one payment of so much to somebody',
    spec: 'RFC 9396 §10',
    setBy: 'operator',
    example: ['payment_initiation'],
  },
  require_pkce: {
    kind: 'flag',
    default: true,
    meaning: 'Whether its authorization requests need PKCE; always on for a public client',
    spec: 'RFC 9700 §2.1.1',
  },
  request_uris: {
    kind: 'texts',
    format: 'uri',
    default: null,
    meaning:
      'Where its signed requests are, if they come by request_uri (EYRIE_REQUEST_URI). Compared character by character, ' +
      'but one without a fragment may be used with the SHA-256 of the document as its fragment',
    spec: 'OIDC Registration §2, OIDC Core §6.2',
  },
  request_object_signing_alg: {
    kind: 'choice',
    values: requestObjectAlgorithms,
    default: null,
    meaning: 'The only algorithm of its signed requests; any with a public key if null',
    spec: 'RFC 9101 §10.2',
  },
  require_signed_request_object: {
    kind: 'flag',
    default: false,
    meaning:
      'Whether its authorization requests must be signed request objects, whose `nbf` is an hour old at most and `exp` an hour later at most',
    spec: 'RFC 9101 §10.5, FAPI 2.0 Message Signing §5.3.1',
  },
  skip_consent: {
    kind: 'flag',
    default: false,
    meaning:
      'Whether an administrator trusts it, so that people are not asked for consent: for applications of your own. It has no effect on scopes of the admin API, ' +
      'on clients that registered themselves, and where RFC 8252 §8.6 demands that people are asked each time',
    setBy: 'operator',
    byAdministrator: true,
  },
  require_pushed_authorization_requests: {
    kind: 'flag',
    default: false,
    meaning: 'Whether its authorization requests must be pushed',
    spec: 'RFC 9126 §6',
  },
} as const satisfies ClientMembers;
