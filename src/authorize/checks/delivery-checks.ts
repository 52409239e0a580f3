import type { RegisteredClient } from '../../clients/registered-client.js';
import type { Settings } from '../../config/settings.js';
import { invalidRequest } from '../../protocol/errors.js';
import type { Draft, Knowledge } from './check.js';

/** A request object that was refused is answered here, once there is a client to answer (RFC 9101 §6.3 and §7). */
export function requestObjectIsGood({ problem }: Draft): void {
  if (problem) throw problem;
}

/** RFC 9126 §5 and §6 */
export function isPushedIfRequired({ client, pushed }: Draft, { settings }: Knowledge): void {
  if (mustPush(client, settings) && pushed === undefined)
    throw invalidRequest('authorization requests of this client must be pushed');
}

/** RFC 9101 §10.5 */
export function isSignedIfRequired({ client, signed }: Draft): void {
  if (client.metadata.requireSignedRequestObject && !signed)
    throw invalidRequest('authorization requests of this client must be signed request objects');
}

/** Whether only pushed requests of the client are accepted (RFC 9126 §5 and §6). */
export function mustPush({ metadata }: RegisteredClient, settings: Settings): boolean {
  return settings.requirePushedRequests || metadata.requirePushedAuthorizationRequests;
}
