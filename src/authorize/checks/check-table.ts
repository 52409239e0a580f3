import type {
  AskingClient,
  ClientRequest,
  DetailedRequest,
  IdentifiedRequest,
  ProvenRequest,
  ReceivedRequest,
  RequestSource,
  ScopedBackchannelRequest,
  ScopedRequest,
  TypedRequest,
} from '../authorization-request.js';
import {
  asksForNoOrganization,
  bindingMessage,
  isAboutOpenid,
  isRegisteredForBackchannel,
  notificationToken,
  personHint,
  requestedExpiry,
  usesNoAuthorizationDetails,
  usesNoUserCode,
  withoutClaims,
} from './backchannel-checks.js';
import { dpopKey, pkce } from './binding-checks.js';
import type { Endpoint, Row } from './check.js';
import {
  containsNoRequestUri,
  isPushedIfRequired,
  isSignedIfRequired,
  namesRedirectUriIfRequired,
  requestObjectIsValid,
} from './delivery-checks.js';
import { authorizationDetails, detailsAtResources } from './details-checks.js';
import { isRegisteredForDeviceFlow } from './device-checks.js';
import { acr, idTokenHint, maxAge, nonce, prompts } from './openid-checks.js';
import { secondFactorIsPossible } from './policy-checks.js';
import { client, redirectUri, responseModeOfErrors, state } from './proof-checks.js';
import {
  repeatsNoParameter,
  responseModeFits,
  responseModeIsRegistered,
  responseType,
  usesSupportedParameters,
} from './response-checks.js';
import {
  claims,
  requestedScopes,
  resources,
  scopesForResponseType,
  scopesOfNamedClaims,
} from './scope-checks.js';

const pushed = ['pushed'] as const;
const device = ['device'] as const;
const backchannel = ['backchannel'] as const;
const browser = ['authorize', 'resume'] as const;
const requests = ['authorize', 'resume', 'pushed'] as const;
const everywhere = ['authorize', 'resume', 'pushed', 'device', 'backchannel'] as const;

/**
 * The checks in their order, each with the endpoints at which it is made. The first error is the answer. A group is named by the
 * stage of the requests that its checks read, and adds what the next stage has. Clients of the back-channel endpoints have been
 * authenticated before; a pushed request is bound to the key of its DPoP proof after all checks (RFC 9449 §10.1).
 */
export const checks = {
  asking: [
    [device, isRegisteredForDeviceFlow],
    [backchannel, isRegisteredForBackchannel],
  ],
  received: [[pushed, containsNoRequestUri]],

  // Errors up to here are shown on a page (at the PAR endpoint they are sent as JSON): there is no proven address to redirect to.
  source: [[requests, client]],
  identified: [
    [requests, redirectUri],
    [requests, state],
    [requests, responseModeOfErrors],
  ],

  // From here on, errors are sent to the client.
  proven: [
    [browser, requestObjectIsValid],
    [browser, isPushedIfRequired],
    [pushed, namesRedirectUriIfRequired],
    [requests, isSignedIfRequired],
    [requests, repeatsNoParameter],
    [requests, usesSupportedParameters],
    [requests, responseType],
  ],
  typed: [
    [requests, responseModeFits],
    [requests, responseModeIsRegistered],
    [requests, claims],
  ],
  client: [
    [everywhere, secondFactorIsPossible],
    [everywhere, authorizationDetails],
  ],
  detailed: [
    [everywhere, requestedScopes],
    [backchannel, withoutClaims],
  ],
  scoped: [
    [requests, scopesForResponseType],
    [requests, scopesOfNamedClaims],
    [requests, resources],
    [requests, detailsAtResources],
    [requests, pkce],
    [requests, nonce],
    [requests, prompts],
    [requests, maxAge],
    [requests, acr],
    [requests, idTokenHint],
    [requests, dpopKey],
  ],
  backchannel: [
    [backchannel, isAboutOpenid],
    [backchannel, resources],
    [backchannel, maxAge],
    [backchannel, acr],
    [backchannel, usesNoUserCode],
    [backchannel, usesNoAuthorizationDetails],
    [backchannel, asksForNoOrganization],
    [backchannel, notificationToken],
    [backchannel, bindingMessage],
    [backchannel, requestedExpiry],
    [backchannel, personHint],
  ],
} as const satisfies {
  readonly asking: readonly Row<AskingClient, Endpoint>[];
  readonly received: readonly Row<ReceivedRequest>[];
  readonly source: readonly Row<RequestSource>[];
  readonly identified: readonly Row<IdentifiedRequest>[];
  readonly proven: readonly Row<ProvenRequest>[];
  readonly typed: readonly Row<TypedRequest>[];
  readonly client: readonly Row<ClientRequest, Endpoint>[];
  readonly detailed: readonly Row<DetailedRequest, Endpoint>[];
  readonly scoped: readonly Row<ScopedRequest>[];
  readonly backchannel: readonly Row<ScopedBackchannelRequest, Endpoint>[];
};
