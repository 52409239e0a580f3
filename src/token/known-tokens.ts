import type { RegisteredClient } from '../clients/registered-client.js';
import { namesUri } from '../protocol/uri.js';
import type { ActiveToken } from '../resource/active-tokens.js';

/** Whether a token was issued to this client, or for a resource that the client serves. To others it is as unknown. */
export function mayKnowToken(
  client: RegisteredClient,
  token: Pick<ActiveToken, 'clientId' | 'audience'>,
): boolean {
  return (
    token.clientId === client.clientId ||
    token.audience.some((audience) => namesUri(client.metadata.introspectionResources, audience))
  );
}
