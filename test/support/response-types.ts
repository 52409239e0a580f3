import { responseTypes } from '../../src/protocol/response-type.js';
import { authorizeUrl } from './authorization-requests.js';
import type { TestBrowser } from './browser.js';
import { RelyingParty } from './relying-party.js';
import { alice, messageWriter, type TestServer } from './server.js';
import { signedInBrowser, walk } from './walk.js';

/** The response types beyond `code`. */
export const tokenTypes = responseTypes.slice(1);

/** The setting that allows them. */
export const allTypesAllowed = { EYRIE_RESPONSE_TYPES: tokenTypes.join(', ') };

/** The registration of a client that uses them all. */
export const registration = {
  grant_types: ['authorization_code', 'implicit', 'refresh_token'],
  response_types: [...responseTypes],
};

/** Such a client and a browser in which Alice has allowed it everything. */
export async function registerAllowed(
  server: TestServer,
): Promise<{ browser: TestBrowser; writer: RelyingParty }> {
  await server.createUser(alice);
  const browser = await signedInBrowser(server);
  const writer = await RelyingParty.register(server, registration, browser);
  await walk(browser, authorizeUrl({ client_id: writer.clientId, scope: messageWriter.scope }));
  return { browser, writer };
}
