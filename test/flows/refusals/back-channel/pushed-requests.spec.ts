import { challenge, redirectUri } from '../../../support/authorization-requests.js';
import { proof } from '../../../support/dpop-proofs.js';
import { type Answer, basic, type Fields, post } from '../../../support/relying-party.js';
import {
  BackChannel,
  describeRefusals,
  invalidProof,
  invalidRequest,
  invalidScope,
  invalidTarget,
  type RefusedRequest,
} from '../../../support/back-channel.js';
import { because, refusal } from '../../../support/untouched.js';

describe('refusals of pushed authorization requests', () => {
  const parties = new BackChannel();
  beforeAll(() => parties.start());
  afterAll(() => parties.stop());

  const pushed = {
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  const push = (changes: Fields): Promise<Answer> =>
    parties.client.authenticated('/par', { ...pushed, ...changes });
  const par: RefusedRequest[] = [
    ['a request_uri', () => push({ request_uri: parties.host.url('/request') }), invalidRequest],
    ['no response_type', () => push({ response_type: undefined }), invalidRequest],
    [
      'an unknown response_type',
      () => push({ response_type: 'magic' }),
      because(refusal(400, 'unsupported_response_type'), 'response_type: expected code, received magic'),
    ],
    [
      'a response_type that is off',
      () => push({ response_type: 'id_token' }),
      because(refusal(400, 'unsupported_response_type'), 'response_type: expected code, received id_token'),
    ],
    [
      'an unregistered redirect_uri',
      () => push({ redirect_uri: 'https://evil.example/' }),
      because(
        invalidRequest,
        'redirect_uri https://evil.example/, registered: https://writer.example.com/callback',
      ),
    ],
    [
      'a scope of others',
      () => push({ scope: 'contacts.write' }),
      because(invalidScope, 'scope contacts.write'),
    ],
    ['no code_challenge', () => push({ code_challenge: undefined }), invalidRequest],
    ['code_challenge_method plain', () => push({ code_challenge_method: 'plain' }), invalidRequest],
    ['an unknown response_mode', () => push({ response_mode: 'magic' }), invalidRequest],
    ['prompt none beside login', () => push({ prompt: 'none login' }), invalidRequest],
    ['a max_age that is no number', () => push({ max_age: 'x' }), invalidRequest],
    ['claims that are no JSON', () => push({ claims: '{' }), invalidRequest],
    [
      'an essential acr that cannot be reached',
      () => push({ claims: '{"id_token":{"acr":{"essential":true,"value":"x"}}}' }),
      refusal(400, 'unmet_authentication_requirements'),
    ],
    ['a forged id_token_hint', () => push({ id_token_hint: 'a.b.c' }), invalidRequest],
    [
      'a resource that nobody knows',
      () => push({ resource: 'https://other.example' }),
      because(invalidTarget, 'resource https://other.example, scopes openid'),
    ],
    ['registration', () => push({ registration: '{}' }), refusal(400, 'registration_not_supported')],
    [
      'a request object without keys',
      () => push({ request: 'a.b.c' }),
      refusal(400, 'request_not_supported'),
    ],
    ['a dpop_jkt that is none', () => push({ dpop_jkt: 'x' }), invalidRequest],
    [
      'a request that is too large',
      () => push({ state: 'x'.repeat(40_000) }),
      refusal(413, 'invalid_request'),
    ],
    [
      'a DPoP proof for another endpoint',
      async () =>
        post(parties.server, '/par', pushed, {
          authorization: basic(parties.client.clientId, parties.client.secret),
          dpop: await proof(parties.server, parties.key),
        }),
      because(invalidProof, 'DPoP proof htu: expected'),
    ],
  ];
  describeRefusals('/par', parties, par);
});
