import { expect } from '@jest/globals';
import type { ContactsApp } from './contacts-app.js';
import { rawRequest } from './raw-request.js';

/** A request with a token in some place, and its answer. */
export interface TokenRequest {
  title: string;
  status: number;
  /** Description of the invalid_request, or of nothing at all. */
  description?: string;
  path?: string;
  headers?: (token: string) => [string, string][];
  form?: (token: string) => string;
}

export const FORM: [string, string] = ['Content-Type', 'application/x-www-form-urlencoded'];
export const MALFORMED = 'The Authorization header is malformed';
export const QUERY = 'The access token must not be sent in the query';
export const TWICE = 'The request has more than one Authorization header';
export const TWO_WAYS = 'The access token is sent in more than one way';
export const HEADER_ONLY = 'The access token must be sent in the Authorization header';
export const BAD_FORM = 'The access token in the form is malformed';

export const authorization =
  (value: (token: string) => string) =>
  (token: string): [string, string][] => [['Authorization', value(token)]];

/** Holds that a request to the contacts is answered as it should be: status, challenge and caching. */
export async function expectAnswer(
  contacts: ContactsApp,
  token: string,
  { status, description, path = '/contacts', headers, form }: TokenRequest,
): Promise<void> {
  const answer = await rawRequest(`${contacts.url}${path.replace('TOKEN', token)}`, headers?.(token) ?? [], {
    ...(form && { method: 'POST', body: form(token) }),
  });
  expect(answer.status).toBe(status);
  expect(answer.challenge).toBe(challenge(status, description));
  expect(answer.headers['cache-control']).toBe(status < 400 ? undefined : 'no-store');
}

function challenge(status: number, description: string | undefined): string | undefined {
  if (status < 400) return undefined;
  const realm = 'Bearer realm="contacts"';
  const code = status === 400 ? 'invalid_request' : 'invalid_token';
  return description === undefined ? realm : `${realm}, error="${code}", error_description="${description}"`;
}
