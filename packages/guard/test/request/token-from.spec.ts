import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BearerModule, type BearerVerifierOptions, type CarrierRequest } from '@eyrie/guard';
import { type ContactsApp, ContactsController, listen } from '../support/contacts-app.js';
import { OneToken } from '../support/one-token.js';
import { rawRequest } from '../support/raw-request.js';
import { FORM, TWO_WAYS } from '../support/token-requests.js';

class ReadsContacts extends OneToken {
  override claims = { scope: 'contacts.read' };
}

const AUTHORIZATION: [string, string] = ['Authorization', 'Bearer good'];
const cookie = (value: string): [string, string] => ['Cookie', value];

async function start(tokenFrom: BearerVerifierOptions['tokenFrom']): Promise<ContactsApp> {
  @Module({
    imports: [BearerModule.forVerifier({ useClass: ReadsContacts, tokenFrom })],
    controllers: [ContactsController],
  })
  class ContactsModule {}
  return listen(ContactsModule);
}

interface Answer {
  headers?: [string, string][];
  status: number;
  description?: string;
}

async function expectAnswer(
  { url }: ContactsApp,
  { headers = [], status, description }: Answer,
): Promise<void> {
  const answer = await rawRequest(`${url}/contacts`, headers);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject(description === undefined ? {} : { error_description: description });
}

describe('a token in a cookie', () => {
  let service: ContactsApp;

  beforeAll(async () => {
    service = await start({ cookie: '__Host-token' });
  });

  afterAll(() => service.app.close());

  const CASES: [title: string, answer: Answer][] = [
    ['alone passes', { headers: [cookie('__Host-token=good')], status: 200 }],
    ['among others passes', { headers: [cookie('a=b; __Host-token=good; c=d')], status: 200 }],
    ['in quotation marks passes', { headers: [cookie('__Host-token="good"')], status: 200 }],
    ['that is bad gets 401', { headers: [cookie('__Host-token=bad')], status: 401 }],
    ['with padding that is encoded is read', { headers: [cookie('__Host-token=abc%3D')], status: 401 }],
    [
      'that is malformed gets 400',
      {
        headers: [cookie('__Host-token=a b')],
        status: 400,
        description: 'The access token in the cookie or in its own place is malformed',
      },
    ],
    ['that is deleted is none', { headers: [cookie('__Host-token=')], status: 401 }],
    ['of another name is none', { headers: [cookie('token=good; x__Host-token=good')], status: 401 }],
    ['is not needed beside the header', { headers: [AUTHORIZATION], status: 200 }],
    [
      'is not needed beside other cookies and the header',
      { headers: [cookie('a=b'), AUTHORIZATION], status: 200 },
    ],
    [
      'beside the header gets 400',
      { headers: [cookie('__Host-token=good'), AUTHORIZATION], status: 400, description: TWO_WAYS },
    ],
    [
      'beside credentials of another scheme passes',
      { headers: [cookie('__Host-token=good'), ['Authorization', 'Basic eDp5']], status: 200 },
    ],
    [
      'beside a malformed header gets 400',
      { headers: [cookie('__Host-token=good'), ['Authorization', 'Bearer']], status: 400 },
    ],
    [
      'twice gets 400',
      { headers: [cookie('__Host-token=good; __Host-token=good')], status: 400, description: TWO_WAYS },
    ],
    ['that is no cookie gets 401', { headers: [], status: 401 }],
  ];

  it.each(CASES)('%s', async (_title, answer) => {
    await expectAnswer(service, answer);
  });

  it('beside a form with a token gets 400', async () => {
    const options = { method: 'POST', body: 'access_token=good' };
    const headers: [string, string][] = [FORM, cookie('__Host-token=good')];
    const { status, body } = await rawRequest(`${service.url}/contacts/form`, headers, options);
    expect([status, body]).toEqual([400, { error: 'invalid_request', error_description: TWO_WAYS }]);
  });
});

describe('a token where a function finds it', () => {
  let service: ContactsApp;
  let read: (request: CarrierRequest) => unknown;

  beforeAll(async () => {
    service = await start((request) => read(request) as string);
  });

  afterAll(() => service.app.close());

  it.each<[title: string, found: unknown, status: number]>([
    ['a good one passes', 'good', 200],
    ['a bad one gets 401', 'bad', 401],
    ['a malformed one gets 400', 'Bearer good', 400],
    ['an empty one is none', '', 401],
    ['undefined is none', undefined, 401],
    ['null is none', null, 401],
    ['a promise is an error of the service', Promise.resolve('good'), 500],
    ['a number is an error of the service', 5, 500],
  ])('%s', async (_title, found, status) => {
    read = () => found;
    await expectAnswer(service, { status });
  });

  it('is read from the request', async () => {
    read = ({ headers }) => headers['x-access-token'];
    await expectAnswer(service, { headers: [['X-Access-Token', 'good']], status: 200 });
    await expectAnswer(service, {
      headers: [['X-Access-Token', 'good'], AUTHORIZATION],
      status: 400,
      description: TWO_WAYS,
    });
  });
});

it('an asynchronous function stops the start', () => {
  const tokenFrom = (async () => 'good') as never;
  expect(() =>
    Test.createTestingModule({ imports: [BearerModule.forVerifier({ useClass: OneToken, tokenFrom })] }),
  ).toThrow('BearerModule: tokenFrom must return the token, not a promise');
});
