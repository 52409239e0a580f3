import { Database } from '../../src/persistence/database.js';
import { ResourcesStore } from '../../src/persistence/stores/resources.store.js';
import { ResourceCatalogue } from '../../src/resource/resource-catalogue.js';
import type { ResourceDefinition } from '../../src/resource/resource-registration.js';
import { type Answer, payloadOf } from './relying-party.js';
import { contacts, type TestServer } from './server.js';

export const calendar = {
  identifier: 'https://calendar.example.com/v1',
  name: 'Calendar',
  scopes: { 'calendar.read': 'Read your calendar', 'contacts.read': 'Invite your contacts' },
};

/** A resource for which the client has no scope. */
export const mail = { identifier: 'urn:example:mail', name: 'Mail', scopes: { 'mail.send': 'Send mail' } };

/** The scope of the client. */
export const scope = 'openid offline_access contacts.read calendar.read';

/** Values of `resource` that are refused. */
export const malformed = [
  ['a relative URI', '/contacts'],
  ['no scheme', 'contacts.example.com'],
  ['a fragment', `${contacts.identifier}#all`],
  ['an empty fragment', `${contacts.identifier}#`],
  ['a space', 'https://contacts.example.com/a b'],
  ['no host', 'https://'],
  ['4,000 characters', `https://contacts.example.com/${'x'.repeat(4_000)}`],
  ['a name of Object.prototype', '__proto__'],
  ['a resource that is unknown', 'https://unknown.example.com'],
  ['a resource whose path is known with another ending', `${calendar.identifier}/`],
  ['a resource that is known with another letter case in its path', 'https://calendar.example.com/V1'],
  ['a resource for which the client has no scope', mail.identifier],
] as const;

export const putResources = (server: TestServer): Promise<void> => putResource(server, calendar, mail);

export async function putResource(server: TestServer, ...resources: ResourceDefinition[]): Promise<void> {
  for (const resource of resources) {
    await server.app
      .get(Database)
      .write((tx) => server.app.get(ResourcesStore).put(tx, resource, server.clock.now()));
  }
  server.app.get(ResourceCatalogue).forget();
}

/** Audience and scope of the access token in an answer. */
export function describeToken({ body, status }: Answer): unknown {
  expect(status).toBe(200);
  return { aud: payloadOf(body.access_token).aud, scope: payloadOf(body.access_token).scope };
}
