import { createHash } from 'node:crypto';
import { lookupHash } from '../../src/crypto/opaque-token.js';
import { AuthorizationCode } from '../../src/persistence/entities/authorization-code.entity.js';
import { Grant } from '../../src/persistence/entities/grant.entity.js';
import { User } from '../../src/persistence/entities/user.entity.js';
import { Database } from '../../src/persistence/database.js';
import { type Fields, encode } from './relying-party.js';
import { responseOf, type Shown } from './browser.js';
import { messageWriter, type TestServer } from './server.js';

export const redirectUri = 'https://writer.example.com/callback';
export const verifier = 'a-code-verifier-that-is-long-enough-to-pass-43';
export const challenge = createHash('sha256').update(verifier).digest('base64url');

/** A request that MessageWriter may make; a changed field is added, replaced, repeated (a list) or left out (undefined). */
export function requestFields(changes: Fields = {}): Fields {
  return {
    response_type: 'code',
    client_id: messageWriter.client_id,
    redirect_uri: redirectUri,
    scope: 'openid profile',
    state: 'the state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  };
}

/** The same as the URL that the client sends the browser to. */
export function authorizeUrl(changes: Fields = {}): string {
  return `/authorize?${encode(requestFields(changes))}`;
}

/** Holds an answer to PAGE: an HTML page of that status which leads nowhere. */
export function expectPage(page: Shown, status = 400): void {
  expect({ status: page.status, location: page.headers.get('location') }).toEqual({ status, location: null });
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.html).toContain('id="error-code"');
}

/** Holds an answer to REDIR: to the client's redirection URI with error, state and iss in the query, and no code. */
export function expectErrorRedirect(page: Shown, error: string, server: TestServer): void {
  expect(page.status).toBe(303);
  const location = new URL(page.headers.get('location') ?? '', page.url);
  expect(`${location.origin}${location.pathname}`).toBe(redirectUri);
  expect(Object.fromEntries(location.searchParams)).toEqual({
    error,
    error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/) as string,
    state: 'the state',
    iss: server.issuer,
  });
}

/** Holds that the browser left for the client with a code, and gives it back. */
export function expectCode(page: Shown): string {
  const code = responseOf(page).get('code');
  if (code === null) throw new Error(`no code at ${page.url} (${page.status}): ${page.html.slice(0, 800)}`);
  return code;
}

/** The username of who gave the code with which the browser left for the client. */
export async function giverOf(page: Shown, server: TestServer): Promise<string | undefined> {
  const { read } = server.app.get(Database);
  const code = await read.findOneBy(AuthorizationCode, { codeHash: lookupHash(expectCode(page)) });
  const grant = await read.findOneBy(Grant, { id: code?.grantId ?? '' });
  return (await read.findOneBy(User, { id: grant?.userId ?? '' }))?.username;
}

/** How many rows each table has, beside what is kept of refusals. */
export async function rowCounts(server: TestServer): Promise<Record<string, number>> {
  const { read } = server.app.get(Database);
  const counts: Record<string, number> = {};
  for (const { tableName } of read.connection.entityMetadatas) {
    if (tableName === 'refusals') continue;
    const [row] = await read.query<{ total: number }[]>(`SELECT COUNT(*) AS total FROM ${tableName}`);
    counts[tableName] = Number(row?.total);
  }
  return counts;
}
