import { invalidRequest, OAuthError } from '../../protocol/errors.js';
import { defaultMode, responseMode } from '../../protocol/response-mode.js';
import { canonicalResponseType, issues, issuesTokens } from '../../protocol/response-type.js';
import type { ProvenRequest, TypedRequest } from '../authorization-request.js';
import type { Knowledge } from './check.js';
import { requestParameters } from './request-parameters.js';

/** RFC 6749 §3.1 */
export function repeatsNoParameter({ parameters }: ProvenRequest): void {
  parameters.refuseRepeated(requestParameters);
}

/** Parameters that are not supported have errors of their own; nothing is fetched (OIDC Core §6 and §7.2.1). */
export function usesSupportedParameters({ parameters }: ProvenRequest): void {
  if (parameters.get('request_uri') !== undefined)
    throw new OAuthError('request_uri_not_supported', 'request_uri is not supported');
  if (parameters.get('registration') !== undefined)
    throw new OAuthError('registration_not_supported', 'registration is not supported');
}

/** A type that exists and is turned on, and that the client is registered for (RFC 6749 §3.1.1). */
export function responseType(
  { parameters, client }: ProvenRequest,
  { settings }: Knowledge,
): Pick<TypedRequest, 'responseType'> {
  const asked = parameters.require('response_type');
  const type = canonicalResponseType(asked);
  if (type === undefined || !settings.responseTypes.includes(type))
    throw new OAuthError('unsupported_response_type', 'response_type is not supported', {
      detail: `response_type: expected ${settings.responseTypes.join(' or ')}, received ${asked.slice(0, 255)}`,
    });
  const grantType = issues(type, 'code') ? 'authorization_code' : 'implicit';
  if (!client.allowsResponseType(type) || !client.allowsGrantType(grantType))
    throw new OAuthError('unauthorized_client', `this client is not registered for response_type=${type}`);
  return { responseType: type };
}

/** A mode that exists and fits the response type (OAuth 2.0 Multiple Response Types §2.1). */
export function responseModeFits({ parameters, responseType: type }: TypedRequest): void {
  responseMode(parameters.get('response_mode'), issuesTokens(type));
}

/** A mode that the client may use (FAPI 2.0 Message Signing §5.3.3, `response_modes`). */
export function responseModeIsRegistered({ parameters, client, responseType: type }: TypedRequest): void {
  const asked = parameters.get('response_mode') ?? defaultMode(issuesTokens(type)).transport;
  if (!client.allowsResponseMode(asked))
    throw invalidRequest(`this client is not registered for response_mode=${asked}`);
}
