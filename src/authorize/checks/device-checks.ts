import { deviceCodeGrantType } from '../../protocol/client-metadata.js';
import { OAuthError } from '../../protocol/errors.js';
import type { AskingClient } from '../authorization-request.js';

/** RFC 8628 §3.1, RFC 6749 §5.2 (`unauthorized_client`) */
export function isRegisteredForDeviceFlow({ client }: AskingClient): void {
  if (!client.allowsGrantType(deviceCodeGrantType))
    throw new OAuthError('unauthorized_client', 'this client is not registered for the device flow');
}
