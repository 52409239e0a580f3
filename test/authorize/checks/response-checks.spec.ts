import {
  repeatsNoParameter,
  responseModeFits,
  responseType,
  usesSupportedParameters,
} from '../../../src/authorize/checks/response-checks.js';
import { Parameters } from '../../../src/protocol/parameters.js';
import { clientWith, knowledgeWith, outcomeOf, requestWith } from '../../support/checked-requests.js';

const knowledge = knowledgeWith();
const repeated = (name: string): Parameters =>
  Parameters.from([
    [name, 'a'],
    [name, 'b'],
  ]);
const hybrid = clientWith({ responseTypes: ['code', 'code id_token'] });

describe('what a request asks for', () => {
  it.each<[condition: string, check: () => object | void, outcome: unknown]>([
    [
      'a known parameter that was sent twice is an error',
      () => repeatsNoParameter(requestWith({}, { parameters: repeated('scope') })),
      'invalid_request',
    ],
    [
      'an unknown parameter that was sent twice passes',
      () => repeatsNoParameter(requestWith({}, { parameters: repeated('colour') })),
      'passed',
    ],
    [
      'resource, which may be sent twice, passes',
      () => repeatsNoParameter(requestWith({}, { parameters: repeated('resource') })),
      'passed',
    ],
    [
      'request_uri is an error of its own',
      () => usesSupportedParameters(requestWith({ request_uri: 'https://writer.example.com/r' })),
      'request_uri_not_supported',
    ],
    [
      'registration is an error of its own',
      () => usesSupportedParameters(requestWith({ registration: '{}' })),
      'registration_not_supported',
    ],
    ['other parameters pass', () => usesSupportedParameters(requestWith({ display: 'page' })), 'passed'],
    ['a missing response type is an error', () => responseType(requestWith(), knowledge), 'invalid_request'],
    [
      'an unknown response type is an error',
      () => responseType(requestWith({ response_type: 'banana' }), knowledge),
      'unsupported_response_type',
    ],
    [
      'a response type that is turned off is an error',
      () => responseType(requestWith({ response_type: 'code token' }), knowledge),
      'unsupported_response_type',
    ],
    [
      'a response type that the client is not registered for is an error',
      () => responseType(requestWith({ response_type: 'code id_token' }), knowledge),
      'unauthorized_client',
    ],
    [
      'a response type whose grant type the client is not registered for is an error',
      () =>
        responseType(
          requestWith({ response_type: 'id_token' }, { client: clientWith({ responseTypes: ['id_token'] }) }),
          knowledge,
        ),
      'unauthorized_client',
    ],
    [
      'a response type is found in any order of its words',
      () => responseType(requestWith({ response_type: 'id_token code' }, { client: hybrid }), knowledge),
      { responseType: 'code id_token' },
    ],
    ['no response mode passes', () => responseModeFits(requestWith()), 'passed'],
    [
      'an unknown response mode is an error',
      () => responseModeFits(requestWith({ response_mode: 'banana' })),
      'invalid_request',
    ],
    [
      'the query is an error for a response with tokens',
      () => responseModeFits(requestWith({ response_mode: 'query' }, { responseType: 'code id_token' })),
      'invalid_request',
    ],
    [
      'the query passes for a code',
      () => responseModeFits(requestWith({ response_mode: 'query' })),
      'passed',
    ],
  ])('%s', async (_condition, check, outcome) => {
    expect(await outcomeOf(check)).toEqual(outcome);
  });
});
