import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type ContactsApp, startContacts } from '../support/contacts-app.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { authorization, expectAnswer, MALFORMED, type TokenRequest } from '../support/token-requests.js';

const CASES: TokenRequest[] = [
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
];

describe('a request with an Authorization header', () => {
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

  it.each(CASES)('a request with $title gets $status', async (request) => {
    await expectAnswer(contacts, token, request);
  });
});
