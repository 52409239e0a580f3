import { parseClaimsRequest } from '../../protocol/claims-request.js';
import { backchannelGrantType } from '../../protocol/client-metadata.js';
import {
  bindingMessageProblem,
  notificationTokenProblem,
  parseRequestedExpiry,
} from '../../protocol/backchannel-request.js';
import { invalidRequest, invalidScope, OAuthError } from '../../protocol/errors.js';
import type {
  AskingClient,
  BackchannelAuthenticationRequest,
  ClientRequest,
  ScopedBackchannelRequest,
} from '../authorization-request.js';
import type { Knowledge } from './check.js';

type Added<Name extends keyof BackchannelAuthenticationRequest> = Pick<
  BackchannelAuthenticationRequest,
  Name
>;

/** CIBA Core §13 (`unauthorized_client`). "the Client MUST authenticate" (§7.1), so a public one cannot. */
export function isRegisteredForBackchannel({ client }: AskingClient): void {
  if (client.isPublic || client.registeredItself || !client.allowsGrantType(backchannelGrantType))
    throw new OAuthError(
      'unauthorized_client',
      'this client is not registered for backchannel authentication requests',
    );
}

/** The parameter `claims` (OIDC Core §5.5) is none of these requests, and is ignored as unknown ones are. */
export function withoutClaims(_request: ClientRequest): Added<'claims'> {
  return { claims: parseClaimsRequest(undefined) };
}

/** "CIBA authentication requests MUST therefore contain the openid scope value" (CIBA Core §7.1) */
export function isAboutOpenid({ parameters, scopes }: ScopedBackchannelRequest): void {
  parameters.require('scope');
  if (!scopes.includes('openid')) throw invalidScope('the scope openid is missing');
}

/** Whoever decides on the page of such a request would not be shown them. */
export function usesNoAuthorizationDetails({ authorizationDetails }: ScopedBackchannelRequest): void {
  if (authorizationDetails.length > 0) throw invalidRequest('authorization_details is not supported here');
}

/** Nobody could choose one on the page of such a request. */
export function asksForNoOrganization({ organization }: ScopedBackchannelRequest): void {
  if (organization !== undefined) throw invalidScope('the scope organization is not supported here');
}

/** `backchannel_user_code_parameter_supported` is false. */
export function usesNoUserCode({ parameters }: ScopedBackchannelRequest): void {
  if (parameters.get('user_code') !== undefined) throw invalidRequest('user_code is not supported');
}

/** "REQUIRED if the Client is registered to use Ping or Push modes" (CIBA Core §7.1) */
export function notificationToken({
  client,
  parameters,
}: ScopedBackchannelRequest): Added<'notificationToken'> {
  if (client.metadata.backchannelTokenDeliveryMode !== 'ping') return { notificationToken: undefined };
  const token = parameters.require('client_notification_token');
  const problem = notificationTokenProblem(token);
  if (problem !== undefined) throw invalidRequest(`client_notification_token ${problem}`);
  return { notificationToken: token };
}

/** CIBA Core §7.1 and §13 (`invalid_binding_message`) */
export function bindingMessage({ parameters }: ScopedBackchannelRequest): Added<'bindingMessage'> {
  const text = parameters.get('binding_message');
  const problem = text === undefined ? undefined : bindingMessageProblem(text);
  if (problem !== undefined) throw new OAuthError('invalid_binding_message', `binding_message ${problem}`);
  return { bindingMessage: text };
}

/** CIBA Core §7.1 */
export function requestedExpiry({ parameters }: ScopedBackchannelRequest): Added<'requestedExpiry'> {
  return { requestedExpiry: parseRequestedExpiry(parameters.get('requested_expiry')) };
}

/**
 * "the Client MUST provide one (and only one) of the hints" (CIBA Core §7.1). An ID token "previously issued to the Client" may have
 * expired, as elsewhere.
 */
export async function personHint(
  { client, parameters }: ScopedBackchannelRequest,
  { jwtVerifier }: Knowledge,
): Promise<Added<'hint'>> {
  const hints = ['login_hint', 'id_token_hint', 'login_hint_token'].filter(
    (name) => parameters.get(name) !== undefined,
  );
  if (hints.length !== 1)
    throw invalidRequest(
      'exactly one of login_hint and id_token_hint is needed',
      `hints: ${hints.join(', ') || 'none'}`,
    );
  if (hints[0] === 'login_hint_token') throw invalidRequest('login_hint_token is not supported');
  const loginHint = parameters.get('login_hint');
  if (loginHint !== undefined) return { hint: { loginHint } };
  const payload = await jwtVerifier.verifyHint(parameters.require('id_token_hint'));
  if (payload?.sub === undefined || ![payload.aud].flat().includes(client.clientId))
    throw invalidRequest('id_token_hint is not an ID token that was issued to this client');
  const { sub: subject, sid } = payload;
  return { hint: { subject, sessionId: typeof sid === 'string' ? sid : undefined } };
}
