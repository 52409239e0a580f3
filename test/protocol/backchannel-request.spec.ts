import {
  bindingMessageProblem,
  notificationTokenProblem,
  parseRequestedExpiry,
  signedRequestProblem,
} from '../../src/protocol/backchannel-request.js';
import { backchannelProblems } from '../../src/protocol/client-metadata/backchannel-rules.js';
import type { ClientMetadata } from '../../src/protocol/client-metadata/members.js';

const issuer = 'https://id.example.com';
const now = 1_000_000;

describe('the parameters of a backchannel authentication request', () => {
  it.each([
    ['W4SCT', true],
    ['Überweisung 5 €', true],
    ['支付 5 元', true],
    ['😀'.repeat(100), true],
    ['W'.repeat(101), false],
    ['   ', false],
    ['a\tb', false],
    ['a\u2028b', false],
    ['\u202ea', false],
  ])('binding_message %j: good is %s', (text, isGood) => {
    expect(bindingMessageProblem(text) === undefined).toBe(isGood);
  });

  it.each([
    ['8d67dc78-7faa-4d41-aabd-67707b374255', true],
    ['a.b_c~d+e/f==', true],
    ['a'.repeat(1_024), true],
    ['a'.repeat(1_025), false],
    ['a b', false],
    ['=a', false],
    ['é', false],
    ['a\n', false],
  ])('client_notification_token %j: good is %s', (token, isGood) => {
    expect(notificationTokenProblem(token) === undefined).toBe(isGood);
  });

  it.each([
    [undefined, undefined],
    ['1', 1],
    ['0120', 120],
    ['999999999', 999_999_999],
  ])('requested_expiry %s is %s', (value, expiry) => {
    expect(parseRequestedExpiry(value)).toBe(expiry);
  });

  it.each(['0', '00', '-1', '+1', '1.0', ' 1', '1000000000', 'x'])(
    'requested_expiry %j is refused',
    (value) => {
      expect(() => parseRequestedExpiry(value)).toThrow('requested_expiry');
    },
  );
});

describe('the claims of a signed backchannel authentication request', () => {
  const good = { iss: 'client', aud: issuer, iat: now, nbf: now, exp: now + 300, jti: 'one' };

  it.each<[condition: string, changes: object, problem: string]>([
    ['all that they need', {}, 'none'],
    ['an audience among others', { aud: ['https://a.example.com', issuer] }, 'none'],
    ['the client_id of the client', { client_id: 'client' }, 'none'],
    ['a clock that is a little ahead', { iat: now + 10 }, 'none'],
    ['no audience', { aud: undefined }, 'aud is'],
    ['an audience that is no text', { aud: 1 }, 'aud is'],
    ['no iat', { iat: undefined }, 'iat is missing'],
    ['an iat in the future', { iat: now + 60 }, 'iat is in the future'],
    ['no jti', { jti: undefined }, 'jti is missing'],
    ['an empty jti', { jti: '' }, 'jti is missing'],
    ['a jti without end', { jti: 'j'.repeat(256) }, 'longer than 255'],
    ['a request inside', { request: 'x' }, 'cannot stand inside'],
    ['another client_id', { client_id: 'other' }, 'client_id inside'],
    ['an nbf of long ago', { nbf: now - 3_601 }, 'nbf is 3601 seconds ago'],
    ['an exp that is far away', { exp: now + 3_601 }, 'exp is 3601 seconds after'],
  ])('%s', (_condition, changes, problem) => {
    expect(signedRequestProblem({ ...good, ...changes }, issuer, now) ?? 'none').toContain(problem);
  });
});

describe('the metadata of clients that send backchannel authentication requests', () => {
  const metadata = {
    grant_types: ['urn:openid:params:grant-type:ciba'],
    token_endpoint_auth_method: 'client_secret_basic',
    backchannel_token_delivery_mode: 'poll',
  } as ClientMetadata;

  it.each<[condition: string, changes: object, fields: string[]]>([
    ['poll', {}, []],
    ['a public client', { token_endpoint_auth_method: 'none' }, ['grant_types']],
    [
      'ping without an endpoint',
      { backchannel_token_delivery_mode: 'ping' },
      ['backchannel_client_notification_endpoint'],
    ],
    [
      'ping with an endpoint',
      {
        backchannel_token_delivery_mode: 'ping',
        backchannel_client_notification_endpoint: 'https://a.example.com/ping',
      },
      [],
    ],
    [
      'an endpoint with a fragment',
      { backchannel_client_notification_endpoint: 'https://a.example.com/ping#x' },
      ['backchannel_client_notification_endpoint'],
    ],
  ])('%s', (_condition, changes, fields) => {
    expect(backchannelProblems({ ...metadata, ...changes }).map(({ field }) => field)).toEqual(fields);
  });
});
