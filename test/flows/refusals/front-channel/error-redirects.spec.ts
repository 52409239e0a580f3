import {
  challenge,
  expectErrorRedirect,
  redirectUri,
  requestFields,
} from '../../../support/authorization-requests.js';
import type { Shown } from '../../../support/browser.js';
import { encode, type Fields, form, RelyingParty } from '../../../support/relying-party.js';
import { FrontChannel } from '../../../support/front-channel.js';
import { expectExplained } from '../../../support/kept-errors.js';
import { because, refusal, type Refused } from '../../../support/untouched.js';

const redirect = (error: string): Refused => refusal(303, error);
const invalidRequest = redirect('invalid_request');
const invalidScope = redirect('invalid_scope');
const invalidTarget = redirect('invalid_target');
const unsupported = redirect('unsupported_response_type');

describe('errors that go back to the client', () => {
  const front = new FrontChannel();
  beforeAll(() => front.start());
  afterAll(() => front.stop());

  const byPost = (changes: Fields): Promise<Shown> =>
    front.browser.send('/authorize', {
      method: 'POST',
      body: encode(requestFields({ client_id: front.client.clientId, ...changes })),
      headers: { 'content-type': form },
    });

  const redirected: readonly (readonly [condition: string, changes: Fields, refused: Refused])[] = [
    ['A5 no response_type', { response_type: undefined }, invalidRequest],
    ['A5 an empty response_type', { response_type: '' }, invalidRequest],
    [
      'A5 an unknown response_type',
      { response_type: 'magic' },
      because(unsupported, 'response_type: expected code, received magic'),
    ],
    [
      'A5 response_type token',
      { response_type: 'token' },
      because(unsupported, 'response_type: expected code, received token'),
    ],
    [
      'A5 response_type none',
      { response_type: 'none' },
      because(unsupported, 'response_type: expected code, received none'),
    ],
    ['A2 a repeated response_type', { response_type: ['code', 'code'] }, invalidRequest],
    ['A2 a repeated scope', { scope: ['openid', 'openid'] }, invalidRequest],
    ['A2 a repeated nonce', { nonce: ['a', 'b'] }, invalidRequest],
    ['A2 a repeated code_challenge', { code_challenge: [challenge, challenge] }, invalidRequest],
    ['A2 a repeated prompt', { prompt: ['none', 'none'] }, invalidRequest],
    ['A6 an unknown response_mode', { response_mode: 'magic' }, invalidRequest],
    ['A8 prompt none beside another', { prompt: 'none consent' }, invalidRequest],
    ['A9 a negative max_age', { max_age: '-1' }, invalidRequest],
    ['A9 a max_age with a fraction', { max_age: '1.5' }, invalidRequest],
    ['A10 a forged id_token_hint', { id_token_hint: 'a.b.c' }, invalidRequest],
    ['A10 an id_token_hint that is no JWT', { id_token_hint: 'x' }, invalidRequest],
    ['A11 claims that are no JSON', { claims: '{' }, invalidRequest],
    ['A11 claims that are a list', { claims: '[]' }, invalidRequest],
    [
      'A11 an essential acr that cannot be reached',
      { claims: '{"id_token":{"acr":{"essential":true,"values":["x"]}}}' },
      redirect('unmet_authentication_requirements'),
    ],
    ['A14 no code_challenge', { code_challenge: undefined }, invalidRequest],
    ['A14 code_challenge_method plain', { code_challenge_method: 'plain' }, invalidRequest],
    ['A14 no code_challenge_method', { code_challenge_method: undefined }, invalidRequest],
    ['A14 a code_challenge that is too short', { code_challenge: 'x' }, invalidRequest],
    ['A15 request', { request: 'a.b.c' }, redirect('request_not_supported')],
    ['A15 request_uri', { request_uri: '/request' }, redirect('request_uri_not_supported')],
    ['A15 registration', { registration: '{}' }, redirect('registration_not_supported')],
    ['H2 request beside request_uri', { request: 'a.b.c', request_uri: '/request' }, invalidRequest],
    [
      'H3 a resource that nobody knows',
      { resource: 'https://other.example' },
      because(invalidTarget, 'resource https://other.example, scopes openid profile'),
    ],
    ['H3 a resource with a fragment', { resource: 'https://contacts.example.com#x' }, invalidTarget],
    ['G3 a dpop_jkt that is none', { dpop_jkt: 'x' }, invalidRequest],
    ['A2 a scope with a quote', { scope: 'openid "' }, invalidScope],
    [
      'A2 a scope of others',
      { scope: 'openid contacts.write' },
      because(invalidScope, 'scope contacts.write'),
    ],
    [
      'A2 a scope of the administration',
      { scope: 'openid eyrie.admin' },
      because(invalidScope, 'scope eyrie.admin'),
    ],
  ];
  const located = ({ request_uri, ...changes }: Fields): Fields =>
    request_uri === undefined ? changes : { ...changes, request_uri: front.host.url(String(request_uri)) };

  /** Requests that are wrong for that client. */
  const byClient: readonly (readonly [
    condition: string,
    of: () => RelyingParty,
    changes: Fields,
    refused: Refused,
  ])[] = [
    [
      'A5 a client without the grant type',
      () => front.several,
      { response_type: 'code id_token' },
      because(unsupported, 'response_type: expected code, received code id_token'),
    ],
    [
      'A8 prompt none where consent is missing',
      () => front.several,
      { prompt: 'none', redirect_uri: redirectUri },
      redirect('consent_required'),
    ],
    ['H1 a client whose requests must be pushed', () => front.pushing, {}, invalidRequest],
    ['H2 a client whose requests must be signed', () => front.strict, {}, invalidRequest],
    [
      'A14 a public client without code_challenge',
      () => front.app,
      { code_challenge: undefined, code_challenge_method: undefined },
      invalidRequest,
    ],
  ];

  describe('by GET', () => {
    // In a minute of its own: no more than sixty errors a minute are kept.
    beforeAll(() => front.server.clock.advance(60));

    it.each(redirected)(
      '%s goes back to the client as an error, and changes nothing',
      async (_condition, changes, refused) => {
        const page = await front.untouched(() => front.ask(located(changes)));

        expectErrorRedirect(page, refused.error, front.server);
        expect(page.headers.get('cache-control')).toBe('no-store');
        expect(page.headers.get('access-control-allow-origin')).toBeNull();
        await expectExplained(front.server, page, refused);
      },
    );

    it.each(byClient)('%s gets an error, and changes nothing', async (_condition, of, changes, refused) => {
      const page = await front.untouched(() => front.ask(changes, of()));

      expectErrorRedirect(page, refused.error, front.server);
      expect(page.headers.get('cache-control')).toBe('no-store');
      await expectExplained(front.server, page, refused);
    });
  });

  describe('by POST', () => {
    beforeAll(() => front.server.clock.advance(60));

    it.each(redirected)(
      'A1 %s, by POST, goes back to the client as by GET',
      async (_condition, changes, refused) => {
        const page = await front.untouched(() => byPost(located(changes)));

        expectErrorRedirect(page, refused.error, front.server);
        expect(page.headers.get('cache-control')).toBe('no-store');
        await expectExplained(front.server, page, refused);
      },
    );
  });
});
