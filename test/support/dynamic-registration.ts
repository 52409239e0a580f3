import { Database } from '../../src/persistence/database.js';
import type { TestServer } from './server.js';
import { type Answer, expectRefusal, request } from './relying-party.js';

export const metadata = { redirect_uris: ['https://rp.example.com/callback'], client_name: 'Newcomer' };

export type Registered = Answer['body'] & {
  readonly client_id: string;
  readonly client_secret: string;
  readonly registration_access_token: string;
  readonly registration_client_uri: string;
};

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

export async function send(
  server: TestServer,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<Answer> {
  return request(server, path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...bearer(token) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

export async function clientCount(server: TestServer): Promise<number> {
  const [row] = await server.app
    .get(Database)
    .query<{ count: number }>('SELECT COUNT(*) AS count FROM clients', []);
  return Number(row?.count);
}

export function expectChallenge(answer: Answer): void {
  expectRefusal(answer, 401, 'invalid_token');
  expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="eyrie", error="invalid_token"');
}
