import { Problem } from './problem.js';

/** A contact as ContactSaver tells it. */
export interface Contact {
  readonly name: string;
  readonly email: string;
}

/** ContactSaver does not accept the access token: it has expired, or was withdrawn (RFC 6750 §3.1, `invalid_token`). */
export class TokenRefused extends Problem {}

/**
 * @throws TokenRefused
 * @throws Problem ContactSaver does not answer as it should
 */
export async function readContacts(url: string, accessToken: string): Promise<Contact[]> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
  if (response.ok) return (await response.json()) as Contact[];
  const said = [`ContactSaver answered ${response.status} ${response.headers.get('www-authenticate') ?? ''}`];
  if (response.status === 401) {
    throw new TokenRefused(403, 'ContactSaver let nobody in', 'It did not accept the access token.', said);
  }
  throw new Problem(
    502,
    'ContactSaver has a problem',
    'The contacts could not be read. Try again later.',
    said,
  );
}
