import type { AdminCaller } from './admin-caller.js';
import { type Answer, basic, post } from './relying-party.js';
import type { TestServer } from './server.js';

export const robot = { client_name: 'Robot', grant_types: ['client_credentials'], scope: 'contacts.read' };

/** The path of a client in the admin API. */
export function clientPath(clientId: string, rest = ''): string {
  return `/clients/${encodeURIComponent(clientId)}${rest}`;
}

/** Registers a robot by the admin API. */
export async function registerRobot(
  admin: AdminCaller,
  fields: object = {},
): Promise<{ id: string; secret: string }> {
  const answer = await admin.post('/clients', { ...robot, ...fields });
  expect(answer.status).toBe(201);
  return { id: answer.body.client_id as string, secret: answer.body.client_secret as string };
}

export function askToken(server: TestServer, id: string, secret: string): Promise<Answer> {
  return post(server, '/token', { grant_type: 'client_credentials' }, { authorization: basic(id, secret) });
}
