import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type ContactsApp, startContacts } from '../support/contacts-app.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import {
  authorization,
  BAD_FORM,
  expectAnswer,
  FORM,
  HEADER_ONLY,
  QUERY,
  type TokenRequest,
  TWICE,
  TWO_WAYS,
} from '../support/token-requests.js';

const CASES: TokenRequest[] = [
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

describe('a request with a token in other places', () => {
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
