import {
  client,
  redirectUri,
  responseModeOfErrors,
  state,
} from '../../../src/authorize/checks/proof-checks.js';
import { Parameters } from '../../../src/protocol/parameters.js';
import { clientWith, knowledgeWith, requestWith, sourceOf } from '../../support/checked-requests.js';

const page = expect.objectContaining({ name: 'PageError', status: 400, code: 'invalid_request' }) as Error;
const registered = 'https://writer.example.com/callback';
const twoUris = clientWith({ redirectUris: [registered, 'https://writer.example.com/other'] });

type Sent = [name: string, value: string][];

describe('the client of an authorization request', () => {
  it('is found by its client_id', async () => {
    const source = sourceOf(Parameters.from([['client_id', 'message-writer']]));

    expect(await client(source, knowledgeWith())).toMatchObject({ client: { clientId: 'message-writer' } });
  });

  it.each<[string, Sent]>([
    ['a missing client_id', []],
    ['an unknown client_id', [['client_id', 'nobody']]],
    [
      'a client_id that was sent twice',
      [
        ['client_id', 'message-writer'],
        ['client_id', 'message-writer'],
      ],
    ],
  ])('%s is an error page', async (_condition, sent) => {
    await expect(client(sourceOf(Parameters.from(sent)), knowledgeWith())).rejects.toEqual(page);
  });
});

describe('the redirection URI of an authorization request', () => {
  it('is the one that was sent, if it is registered', () => {
    expect(redirectUri(requestWith({ redirect_uri: registered }, { client: twoUris }))).toEqual({
      redirectUri: registered,
      redirectUriSent: true,
    });
  });

  it('is the registered one, if it was omitted', () => {
    expect(redirectUri(requestWith())).toEqual({ redirectUri: registered, redirectUriSent: false });
  });

  it('is an error page if it was omitted and two are registered', () => {
    expect(() => redirectUri(requestWith({}, { client: twoUris }))).toThrow(page);
  });

  it('is an error page if it is not registered', () => {
    expect(() => redirectUri(requestWith({ redirect_uri: `${registered}/more` }))).toThrow(page);
  });

  it('is an error page if it was sent twice', () => {
    const parameters = Parameters.from([
      ['redirect_uri', registered],
      ['redirect_uri', registered],
    ]);

    expect(() => redirectUri(requestWith({}, { parameters }))).toThrow(page);
  });
});

describe('the state of an authorization request', () => {
  it.each<[string, Sent, string | undefined]>([
    ['is the one that was sent', [['state', 'a']], 'a'],
    ['is none if none was sent', [], undefined],
    [
      'is none if it was sent twice',
      [
        ['state', 'a'],
        ['state', 'b'],
      ],
      undefined,
    ],
  ])('%s', (_condition, sent, expected) => {
    expect(state(requestWith({}, { parameters: Parameters.from(sent) }))).toEqual({ state: expected });
  });
});

describe('the response mode of errors', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['is the query by default', { response_type: 'code' }, 'query'],
    ['is the fragment if tokens were requested', { response_type: 'id_token' }, 'fragment'],
    ['is the query if the response type is turned off', { response_type: 'code token' }, 'query'],
    ['is the query if the response type is unknown', { response_type: 'banana' }, 'query'],
    ['is the requested one', { response_type: 'code', response_mode: 'form_post' }, 'form_post'],
    ['is the default one if the requested one is unknown', { response_mode: 'banana' }, 'query'],
    [
      'is the fragment if tokens may not travel in the query',
      { response_type: 'id_token', response_mode: 'query' },
      'fragment',
    ],
  ])('%s', (_condition, sent, transport) => {
    expect(responseModeOfErrors(requestWith(sent), knowledgeWith())).toMatchObject({
      responseMode: { transport },
    });
  });
});
