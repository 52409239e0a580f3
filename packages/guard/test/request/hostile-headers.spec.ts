import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ContactsApp, startContacts } from '../support/contacts-app.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { rawRequest } from '../support/raw-request.js';

interface Case {
  title: string;
  status: number;
  /** Description of the invalid_request, or of nothing at all. */
  description?: string;
  path?: string;
  headers?: (token: string) => [string, string][];
  form?: (token: string) => string;
}

const FORM: [string, string] = ['Content-Type', 'application/x-www-form-urlencoded'];
const MALFORMED = 'The Authorization header is malformed';
const QUERY = 'The access token must not be sent in the query';
const TWICE = 'The request has more than one Authorization header';
const TWO_WAYS = 'The access token is sent in more than one way';
const HEADER_ONLY = 'The access token must be sent in the Authorization header';
const BAD_FORM = 'The access token in the form is malformed';

const authorization =
  (value: (token: string) => string) =>
  (token: string): [string, string][] => [['Authorization', value(token)]];

const CASES: Case[] = [
  // Nothing that RFC 6750 knows
  { title: 'no Authorization header', status: 401 },
  { title: 'another scheme', status: 401, headers: authorization(() => 'Basic YWxpY2U6c2VjcmV0') },
  {
    title: 'a scheme that begins with Bearer',
    status: 401,
    headers: authorization((token) => `BearerX ${token}`),
  },
  {
    title: 'a token in a header of another name',
    status: 401,
    headers: (token) => [['X-Access-Token', token]],
  },
  { title: 'a token in a cookie', status: 401, headers: (token) => [['Cookie', `access_token=${token}`]] },
  {
    title: 'a proxy authorization',
    status: 401,
    headers: (token) => [['Proxy-Authorization', `Bearer ${token}`]],
  },
  // Good ones
  { title: 'the scheme in small letters', status: 200, headers: authorization((token) => `bearer ${token}`) },
  { title: 'the scheme in capitals', status: 200, headers: authorization((token) => `BEARER ${token}`) },
  {
    title: 'several blanks after the scheme',
    status: 200,
    headers: authorization((token) => `Bearer   ${token}`),
  },
  { title: 'blanks around the value', status: 200, headers: authorization((token) => ` Bearer ${token} `) },
  {
    title: 'a query value that names access_token',
    status: 200,
    path: '/contacts?next=access_token',
    headers: authorization((token) => `Bearer ${token}`),
  },
  // Malformed headers
  { title: 'an empty header', status: 400, description: MALFORMED, headers: authorization(() => '') },
  {
    title: 'a scheme without a token',
    status: 400,
    description: MALFORMED,
    headers: authorization(() => 'Bearer'),
  },
  {
    title: 'a token without a scheme',
    status: 400,
    description: MALFORMED,
    headers: authorization((token) => token),
  },
  {
    title: 'two tokens in one header',
    status: 400,
    description: MALFORMED,
    headers: authorization((token) => `Bearer ${token} ${token}`),
  },
  {
    title: 'two credentials in one header',
    status: 400,
    description: MALFORMED,
    headers: authorization((token) => `Bearer ${token}, Bearer ${token}`),
  },
  {
    title: 'a quoted token',
    status: 400,
    description: MALFORMED,
    headers: authorization((token) => `Bearer "${token}"`),
  },
  {
    title: 'a token after a colon',
    status: 400,
    description: MALFORMED,
    headers: authorization((token) => `Bearer: ${token}`),
  },
  {
    title: 'a token after a tab',
    status: 400,
    description: MALFORMED,
    headers: authorization((token) => `Bearer\t${token}`),
  },
  {
    title: 'a token of padding only',
    status: 400,
    description: MALFORMED,
    headers: authorization(() => 'Bearer ===='),
  },
  {
    title: 'padding inside a token',
    status: 400,
    description: MALFORMED,
    headers: authorization(() => 'Bearer ab=cd'),
  },
  {
    title: 'letters beyond ASCII',
    status: 400,
    description: MALFORMED,
    headers: authorization((token) => `Bearer ${token}é`),
  },
  {
    title: 'UTF-8 in the scheme',
    status: 400,
    description: MALFORMED,
    headers: authorization((token) => `Bearér ${token}`),
  },
  { title: 'markup', status: 400, description: MALFORMED, headers: authorization(() => 'Bearer <script>') },
  {
    title: 'a token of nine kilobytes that is none',
    status: 401,
    description: 'The access token is not valid',
    headers: authorization(() => `Bearer ${'a'.repeat(9000)}`),
  },
  // Several ways
  {
    title: 'the same header twice',
    status: 400,
    description: TWICE,
    headers: (token) => [
      ['Authorization', `Bearer ${token}`],
      ['Authorization', `Bearer ${token}`],
    ],
  },
  {
    title: 'a bad token after a good one',
    status: 400,
    description: TWICE,
    headers: (token) => [
      ['Authorization', `Bearer ${token}`],
      ['authorization', 'Bearer x'],
    ],
  },
  {
    title: 'another scheme after a good token',
    status: 400,
    description: TWICE,
    headers: (token) => [
      ['Authorization', `Bearer ${token}`],
      ['AUTHORIZATION', 'Basic eDp5'],
    ],
  },
  { title: 'a token in the query', status: 400, description: QUERY, path: '/contacts?access_token=TOKEN' },
  {
    title: 'a token in the query, escaped',
    status: 400,
    description: QUERY,
    path: '/contacts?access%5Ftoken=TOKEN',
  },
  {
    title: 'an empty token in the query',
    status: 400,
    description: QUERY,
    path: '/contacts?a=b&access_token',
  },
  {
    title: 'a token in the query beside the header',
    status: 400,
    description: QUERY,
    path: '/contacts?access_token=TOKEN',
    headers: authorization((token) => `Bearer ${token}`),
  },
  // Forms, where the route does not take them
  {
    title: 'a token in the form',
    status: 400,
    description: HEADER_ONLY,
    headers: () => [FORM],
    form: (token) => `access_token=${token}`,
  },
  {
    title: 'a token in the form beside the header',
    status: 400,
    description: TWO_WAYS,
    headers: (token) => [FORM, ['Authorization', `Bearer ${token}`]],
    form: (token) => `access_token=${token}`,
  },
  {
    title: 'a token in a JSON body',
    status: 401,
    headers: () => [['Content-Type', 'application/json']],
    form: (token) => JSON.stringify({ access_token: token }),
  },
  // Forms, where it does
  {
    title: 'a token in an allowed form',
    status: 201,
    path: '/contacts/form',
    headers: () => [FORM],
    form: (token) => `access_token=${token}`,
  },
  {
    title: 'a token in an allowed form with charset',
    status: 201,
    path: '/contacts/form',
    headers: () => [['Content-Type', `${FORM[1]};charset=UTF-8`]],
    form: (token) => `access_token=${token}`,
  },
  {
    title: 'a header on a route that allows forms',
    status: 201,
    path: '/contacts/form',
    headers: (token) => [FORM, ['Authorization', `Bearer ${token}`]],
    form: () => 'name=Bob',
  },
  {
    title: 'both, on a route that allows forms',
    status: 400,
    description: TWO_WAYS,
    path: '/contacts/form',
    headers: (token) => [FORM, ['Authorization', `Bearer ${token}`]],
    form: (token) => `access_token=${token}`,
  },
  {
    title: 'two tokens in an allowed form',
    status: 400,
    description: BAD_FORM,
    path: '/contacts/form',
    headers: () => [FORM],
    form: (token) => `access_token=${token}&access_token=${token}`,
  },
  {
    title: 'an empty token in an allowed form',
    status: 400,
    description: BAD_FORM,
    path: '/contacts/form',
    headers: () => [FORM],
    form: () => 'access_token=',
  },
  {
    title: 'a token of 20 kilobytes in an allowed form',
    status: 400,
    description: 'The access token is too long',
    path: '/contacts/form',
    headers: () => [FORM],
    form: () => `access_token=${'a'.repeat(20_000)}`,
  },
  {
    title: 'an allowed form without a token',
    status: 401,
    path: '/contacts/form',
    headers: () => [FORM],
    form: () => 'name=Bob',
  },
];

describe('a request', () => {
  let issuer: LocalIssuer;
  let contacts: ContactsApp;
  let token: string;

  beforeAll(async () => {
    issuer = await LocalIssuer.start();
    contacts = await startContacts({ issuer: issuer.url, audience: AUDIENCE, realm: 'contacts' });
    token = await issuer.mint({ scope: 'contacts.read contacts.write' });
  });

  afterAll(async () => {
    await contacts.app.close();
    await issuer.close();
  });

  it.each(CASES)(
    'with $title gets $status',
    async ({ status, description, path = '/contacts', headers, form }) => {
      const answer = await rawRequest(
        `${contacts.url}${path.replace('TOKEN', token)}`,
        headers?.(token) ?? [],
        {
          ...(form && { method: 'POST', body: form(token) }),
        },
      );
      expect(answer.status).toBe(status);
      expect(answer.challenge).toBe(challenge(status, description));
      expect(answer.headers['cache-control']).toBe(status < 400 ? undefined : 'no-store');
    },
  );
});

function challenge(status: number, description: string | undefined): string | undefined {
  if (status < 400) return undefined;
  const realm = 'Bearer realm="contacts"';
  const code = status === 400 ? 'invalid_request' : 'invalid_token';
  return description === undefined ? realm : `${realm}, error="${code}", error_description="${description}"`;
}
