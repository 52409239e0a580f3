import type { RegisteredClient } from '../../clients/registered-client.js';
import { invalidRequest } from '../../protocol/errors.js';
import type { ProvenRequest, ReceivedRequest } from '../authorization-request.js';
import type { Knowledge } from './check.js';

/** "Reject the request if the request_uri authorization request parameter is provided" (RFC 9126 §2.1). */
export function containsNoRequestUri({ parameters }: ReceivedRequest): void {
  if (parameters.get('request_uri') !== undefined) throw invalidRequest('request_uri cannot be pushed');
}

/** RFC 9101 §6.3 and §7 */
export function requestObjectIsValid({ problem }: ProvenRequest): void {
  if (problem) throw problem;
}

/** RFC 9126 §5 and §6 */
export function isPushedIfRequired({ client, pushed }: ProvenRequest, { settings }: Knowledge): void {
  if (mustPush(client, settings) && pushed === undefined)
    throw invalidRequest('authorization requests of this client must be pushed');
}

/** RFC 9101 §10.5 */
export function isSignedIfRequired({ client, signed }: ProvenRequest): void {
  if (client.metadata.requireSignedRequestObject && !signed)
    throw invalidRequest('authorization requests of this client must be signed request objects');
}

/** "shall require the redirect_uri parameter in pushed authorization requests" (FAPI 2.0 Security Profile §5.3.2.2). */
export function namesRedirectUriIfRequired({ client, redirectUriSent }: ProvenRequest): void {
  if (client.profile !== null && !redirectUriSent)
    throw invalidRequest('redirect_uri is missing: pushed requests of this client need it');
}

/** Whether only pushed requests of the client are accepted (RFC 9126 §5 and §6). */
export function mustPush({ metadata }: RegisteredClient, settings: Knowledge['settings']): boolean {
  return settings.requirePushedRequests || metadata.requirePushedAuthorizationRequests;
}
