import { challenge, redirectUri } from '../../../support/authorization-requests.js';
import { keyPair } from '../../../support/assertions.js';
import { basic, encode, type Fields, form, post } from '../../../support/relying-party.js';
import {
  BackChannel,
  describeRefusals,
  invalidClient,
  invalidRequest,
  type RefusedRequest,
  unproven,
} from '../../../support/back-channel.js';
import { because } from '../../../support/untouched.js';

describe('refusals of client authentication and of forms', () => {
  const parties = new BackChannel();
  beforeAll(() => parties.start());
  afterAll(() => parties.stop());

  /** What every endpoint with client authentication refuses; `good` is a request that would be answered. */
  const authentication = (path: string, good: Fields): RefusedRequest[] => [
    ['no authentication', () => post(parties.server, path, good), unproven],
    [
      'a wrong secret',
      () => parties.withHeader(path, basic(parties.client.clientId, 'wrong'), good),
      because(unproven, 'wrong credentials for rp-'),
    ],
    [
      'an empty secret',
      () => parties.withHeader(path, basic(parties.client.clientId, ''), good),
      because(unproven, 'wrong credentials for rp-'),
    ],
    [
      'an unknown client',
      () => parties.withHeader(path, basic('nobody', 'secret'), good),
      because(unproven, 'unknown or disabled client'),
    ],
    [
      'Basic without a colon',
      () => parties.withHeader(path, `Basic ${Buffer.from('x').toString('base64')}`, good),
      unproven,
    ],
    ['Basic that is no base64', () => parties.withHeader(path, 'Basic ***', good), unproven],
    ['a bearer token', ({ access }) => parties.withHeader(path, `Bearer ${access}`, good), unproven],
    [
      'the secret in the body, which is not registered',
      () => parties.client.as('client_secret_post').authenticated(path, good),
      because(invalidClient, 'is registered for client_secret_basic, but used client_secret_post'),
    ],
    [
      'no secret where there is one',
      () => parties.client.as('none').authenticated(path, good),
      because(invalidClient, 'is registered for client_secret_basic, but used none'),
    ],
    [
      'a secret where there is none',
      () => parties.app.as('client_secret_basic').authenticated(path, good),
      because(unproven, 'wrong credentials for rp-'),
    ],
    [
      'two ways at once',
      () =>
        parties.client.authenticated(path, {
          ...good,
          client_id: parties.client.clientId,
          client_secret: parties.client.secret,
        }),
      invalidRequest,
    ],
    [
      'another client_id in the body',
      () => parties.client.authenticated(path, { ...good, client_id: parties.other.clientId }),
      invalidRequest,
    ],
    [
      'a repeated client_id',
      () =>
        parties.client.authenticated(path, {
          ...good,
          client_id: [parties.client.clientId, parties.client.clientId],
        }),
      invalidRequest,
    ],
    [
      'an assertion of another type',
      () => parties.asserted(path, {}, { ...good, client_assertion_type: 'urn:x' }),
      because(invalidClient, 'client assertion: client_assertion_type is urn:x'),
    ],
    [
      'an assertion by another key',
      async () => parties.asserted(path, {}, good, await keyPair('ES256', 'one')),
      because(invalidClient, 'client assertion: signature verification failed'),
    ],
    [
      'an expired assertion',
      () => parties.asserted(path, { exp: parties.server.clock.now() - 60 }, good),
      because(invalidClient, 'client assertion: "exp" claim timestamp check failed'),
    ],
    [
      'an assertion for another server',
      () => parties.asserted(path, { aud: 'https://other.example' }, good),
      because(invalidClient, 'client assertion: aud is ["https://other.example"]'),
    ],
    [
      'an assertion of another subject',
      () => parties.asserted(path, { sub: parties.client.clientId }, good),
      because(invalidClient, 'client assertion: unexpected "sub" claim value'),
    ],
    [
      'an assertion without jti',
      () => parties.asserted(path, { jti: undefined }, good),
      because(invalidClient, 'client assertion: missing required "jti" claim'),
    ],
    [
      'credentials in the URL',
      () =>
        post(
          parties.server,
          `${path}?${encode({ client_id: parties.client.clientId, client_secret: parties.client.secret })}`,
          good,
        ),
      invalidRequest,
    ],
  ];

  /** What every endpoint that takes forms refuses. */
  const forms = (path: string, good: Fields, repeatable: string): RefusedRequest[] => [
    [
      'a JSON body',
      () => parties.raw(path, JSON.stringify(good), { 'content-type': 'application/json' }),
      invalidRequest,
    ],
    ['a plain body', () => parties.raw(path, encode(good), { 'content-type': 'text/plain' }), invalidRequest],
    [
      'parameters in the URL',
      () => parties.raw(`${path}?${encode(good)}`, encode(good), { 'content-type': form }),
      invalidRequest,
    ],
    [
      'bad percent-encoding',
      () => parties.raw(path, `${encode(good)}&x=%zz`, { 'content-type': form }),
      invalidRequest,
    ],
    [
      'a NUL character',
      () => parties.raw(path, `${encode(good)}&x=%00`, { 'content-type': form }),
      invalidRequest,
    ],
    [
      'a hundred parameters too many',
      () => parties.raw(path, `${encode(good)}${'&x=1'.repeat(101)}`, { 'content-type': form }),
      invalidRequest,
    ],
    [
      `a repeated ${repeatable}`,
      () =>
        parties.raw(path, `${encode(good)}&${encode({ [repeatable]: ['a', 'b'] })}`, {
          'content-type': form,
        }),
      invalidRequest,
    ],
  ];

  const endpoints: readonly (readonly [path: string, good: Fields, repeatable: string])[] = [
    ['/token', { grant_type: 'refresh_token', refresh_token: 'x' }, 'grant_type'],
    [
      '/par',
      {
        response_type: 'code',
        scope: 'openid',
        code_challenge: challenge,
        code_challenge_method: 'S256',
        redirect_uri: redirectUri,
      },
      'scope',
    ],
    ['/device_authorization', { scope: 'openid' }, 'scope'],
    ['/bc-authorize', { scope: 'openid', login_hint: 'alice' }, 'scope'],
    ['/introspect', { token: 'x' }, 'token'],
    ['/revoke', { token: 'x' }, 'token'],
  ];
  for (const [path, good, repeatable] of endpoints)
    describeRefusals(path, parties, [...authentication(path, good), ...forms(path, good, repeatable)]);
});
