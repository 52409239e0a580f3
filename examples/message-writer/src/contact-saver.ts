import { Problem } from './problem.js';

/** A contact, as ContactSaver returns it. */
export interface Contact {
  readonly name: string;
  readonly email: string;
}

/** ContactSaver does not accept the access token: it has expired or was revoked (RFC 6750 §3.1, `invalid_token`). */
export class TokenRefused extends Problem {}

/**
 * Reads the contacts of the person for whom the token acts.
 * @throws TokenRefused
 * @throws Problem for any other error response
 */
export async function readContacts(url: string, accessToken: string): Promise<Contact[]> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
  if (response.ok) return (await response.json()) as Contact[];
  const details = [
    `ContactSaver answered ${response.status} ${response.headers.get('www-authenticate') ?? ''}`,
  ];
  if (response.status === 401) {
    throw new TokenRefused(
      403,
      'ContactSaver refused access',
      'It did not accept the access token.',
      details,
    );
  }
  throw new Problem(
    502,
    'ContactSaver has a problem',
    'The contacts could not be read. Try again later.',
    details,
  );
}
