import { authorizeUrl, requestFields } from './authorization-requests.js';
import type { TestBrowser } from './browser.js';
import { type Answer, type Fields, RelyingParty } from './relying-party.js';
import { alice, type TestServer } from './server.js';
import { signedInBrowser, walk } from './walk.js';

/** A client and a browser in which Alice has allowed it everything. */
export async function registerAllowed(
  server: TestServer,
): Promise<{ browser: TestBrowser; writer: RelyingParty }> {
  await server.createUser(alice);
  const writer = await RelyingParty.register(server);
  const browser = await signedInBrowser(server);
  await walk(browser, authorizeUrl({ client_id: writer.clientId }));
  return { browser, writer };
}

/** Pushes a request of a client. */
export function push(by: RelyingParty, changes: Fields = {}): Promise<Answer> {
  return by.authenticated('/par', requestFields({ client_id: by.clientId, ...changes }));
}

/** Pushes a request of a client, which is accepted. @returns its `request_uri` */
export async function pushed(by: RelyingParty, changes: Fields = {}): Promise<string> {
  const answer = await push(by, changes);
  expect(answer.status).toBe(201);
  return answer.body.request_uri as string;
}
