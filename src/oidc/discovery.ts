import { endpoints } from '../config/endpoints.js';
import type { Settings } from '../config/settings.js';
import { reachableAcrs } from '../protocol/acr.js';
import { idJagProfile, idJagTokenType } from '../protocol/bearer-assertion.js';
import { suppliedClaims } from '../protocol/claims.js';
import { assertionAlgorithms } from '../protocol/client-assertion.js';
import { deliveryModes } from '../protocol/client-metadata.js';
import { dpopAlgorithms } from '../protocol/dpop.js';
import { supportedPrompts } from '../protocol/prompt.js';
import { requestObjectAlgorithms } from '../protocol/request-object.js';
import { issuesTokens } from '../protocol/response-type.js';
import { directoryClaims } from '../protocol/scope.js';
import { subjectTypes } from '../protocol/sector.js';
import { responseModes } from '../protocol/response-mode.js';
import { profileInForce } from '../protocol/profile.js';
import { languages } from '../locales/languages.js';

import { metadataUnderProfile } from './discovery-profile.js';

/** Claims of the ID token that are not about the resource owner. */
const tokenClaims = ['iss', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'sid', 'at_hash'];

const assertionAlgs = Object.values(assertionAlgorithms).flat();

/** What the parts of the server support. */
export interface Offers {
  /** Every scope that a client may request, except those of the admin API. */
  readonly scopes: readonly string[];
  /** The grant types of the token endpoint. */
  readonly grantTypes: readonly string[];
  readonly authenticationMethods: readonly string[];
  /** The algorithms of signatures of this server. */
  readonly signingAlgorithms: readonly string[];
  /** Whether an issuer of identity assertions is trusted. */
  readonly takesIdentityAssertions: boolean;
  /** The types of authorization details. */
  readonly authorizationDetailsTypes: readonly string[];
}

/** The metadata of this server (OIDC Discovery §3, RFC 8414 §2). It depends on the settings. */
export const serverMetadata = (settings: Settings, offers: Offers): Record<string, unknown> =>
  metadataUnderProfile(everything(settings, offers), profileInForce(null, settings.profile));

/** The metadata without what a security profile of all clients leaves out. */
function everything(
  settings: Settings,
  {
    scopes,
    grantTypes,
    authenticationMethods: methods,
    signingAlgorithms,
    takesIdentityAssertions,
    authorizationDetailsTypes,
  }: Offers,
): Record<string, unknown> {
  const { issuer } = settings;
  const frontChannel = settings.responseTypes.some(issuesTokens);
  const url = (path: string): string => `${issuer}${path}`;
  return {
    issuer,
    authorization_endpoint: url(endpoints.authorize),
    pushed_authorization_request_endpoint: url(endpoints.pushedRequest),
    require_pushed_authorization_requests: settings.requirePushedRequests,
    device_authorization_endpoint: url(endpoints.deviceAuthorization),
    backchannel_authentication_endpoint: url(endpoints.backchannelAuthentication),
    backchannel_token_delivery_modes_supported: deliveryModes,
    backchannel_authentication_request_signing_alg_values_supported: requestObjectAlgorithms,
    backchannel_user_code_parameter_supported: false,
    token_endpoint: url(endpoints.token),
    userinfo_endpoint: url(endpoints.userinfo),
    jwks_uri: url(endpoints.jwks),
    introspection_endpoint: url(endpoints.introspect),
    revocation_endpoint: url(endpoints.revoke),
    eyrie_revocation_feed_endpoint: url(endpoints.revocations),
    ...(settings.registration === 'off' ? {} : { registration_endpoint: url(endpoints.register) }),
    ...(settings.clientDocuments === 'off' ? {} : { client_id_metadata_document_supported: true }),
    end_session_endpoint: url(endpoints.logout),
    ...(settings.sessionManagement ? { check_session_iframe: url(endpoints.checkSession) } : {}),
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    scopes_supported: scopes,
    response_types_supported: settings.responseTypes,
    response_modes_supported: responseModes,
    grant_types_supported: [...grantTypes, ...(frontChannel ? ['implicit'] : [])],
    ...(takesIdentityAssertions ? { authorization_grant_profiles_supported: [idJagProfile] } : {}),
    identity_chaining_requested_token_types_supported: [idJagTokenType],
    ...(authorizationDetailsTypes.length > 0
      ? { authorization_details_types_supported: authorizationDetailsTypes }
      : {}),
    subject_types_supported: subjectTypes,
    id_token_signing_alg_values_supported: signingAlgorithms,
    userinfo_signing_alg_values_supported: signingAlgorithms,
    authorization_signing_alg_values_supported: signingAlgorithms,
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgs,
    introspection_endpoint_auth_methods_supported: methods.filter((method) => method !== 'none'),
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgs,
    introspection_signing_alg_values_supported: signingAlgorithms,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgs,
    dpop_signing_alg_values_supported: dpopAlgorithms,
    ...mutualTls(settings),
    code_challenge_methods_supported: ['S256'],
    acr_values_supported: reachableAcrs([...settings.signIn.firstFactors, ...settings.signIn.secondFactors]),
    prompt_values_supported: supportedPrompts(settings.signIn.signUp !== 'off'),
    ui_locales_supported: languages.map(({ tag }) => tag),
    claim_types_supported: ['normal'],
    claims_supported: [
      ...suppliedClaims,
      ...directoryClaims,
      ...tokenClaims,
      ...(frontChannel ? ['c_hash'] : []),
    ],
    claims_parameter_supported: true,
    request_parameter_supported: true,
    request_object_signing_alg_values_supported: requestObjectAlgorithms,
    request_uri_parameter_supported: settings.requestUri !== 'off',
    require_request_uri_registration: settings.requestUri === 'registered',
    authorization_response_iss_parameter_supported: true,
    service_documentation: url(endpoints.docs),
  };
}

/** RFC 8705 §3.3 and §5, with aliases of the endpoints if clients present certificates at another origin. */
function mutualTls({ mtls, issuerPath }: Settings): Record<string, unknown> {
  if (!mtls) return {};
  const { origin } = mtls;
  const aliases = {
    token_endpoint: endpoints.token,
    pushed_authorization_request_endpoint: endpoints.pushedRequest,
    device_authorization_endpoint: endpoints.deviceAuthorization,
    backchannel_authentication_endpoint: endpoints.backchannelAuthentication,
    userinfo_endpoint: endpoints.userinfo,
    introspection_endpoint: endpoints.introspect,
    revocation_endpoint: endpoints.revoke,
  };
  return {
    tls_client_certificate_bound_access_tokens: true,
    ...(origin === undefined
      ? {}
      : {
          mtls_endpoint_aliases: Object.fromEntries(
            Object.entries(aliases).map(([name, path]) => [name, origin + issuerPath + path]),
          ),
        }),
  };
}
