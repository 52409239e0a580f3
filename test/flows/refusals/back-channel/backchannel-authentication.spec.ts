import { type CryptoKey, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { UserAccounts } from '../../../../src/users/user-accounts.js';
import { backchannelGrantType } from '../../../../src/protocol/client-metadata.js';
import { keyPair, type KeyPair } from '../../../support/assertions.js';
import {
  BackChannel,
  describeRefusals,
  invalidGrant,
  invalidRequest,
  invalidScope,
  invalidTarget,
  type RefusedRequest,
  unauthorized,
} from '../../../support/back-channel.js';
import { ask, poll, registerAsker, send } from '../../../support/backchannel-requests.js';
import { expectRefusal, type RelyingParty } from '../../../support/relying-party.js';
import { alice } from '../../../support/server.js';
import { because, refusal } from '../../../support/untouched.js';

const unknownUser = refusal(400, 'unknown_user_id');
const invalidMessage = refusal(400, 'invalid_binding_message');

describe('refusals of backchannel authentication', () => {
  const parties = new BackChannel();
  let asker: RelyingParty;
  let other: RelyingParty;
  let pinged: RelyingParty;
  let signing: RelyingParty;
  let keys: KeyPair;
  let strangersKeys: KeyPair;
  let authReqId: string;

  beforeAll(async () => {
    await parties.start();
    const { server, host } = parties;
    keys = await keyPair('ES256', 'one');
    strangersKeys = await keyPair('ES256', 'one');
    asker = await registerAsker(server, { scope: 'openid contacts.read' });
    other = await registerAsker(server);
    pinged = await registerAsker(server, {
      backchannel_token_delivery_mode: 'ping',
      backchannel_client_notification_endpoint: host.url('/ping'),
    });
    signing = await registerAsker(server, {
      jwks: { keys: [keys.publicJwk] },
      backchannel_authentication_request_signing_alg: 'ES256',
    });
    const gone = await server.createUser({ ...alice, username: 'gone', email: 'gone@example.com' });
    await server.app.get(UserAccounts).update(gone, { disabled: true }, 'test');
    authReqId = (await ask(asker)).auth_req_id;
  });
  afterAll(() => parties.stop());

  const claims = (): JWTPayload => {
    const now = parties.server.clock.now();
    return {
      iss: signing.clientId,
      aud: parties.server.issuer,
      iat: now,
      nbf: now,
      exp: now + 300,
      jti: 'only-once',
      scope: 'openid',
      login_hint: alice.username,
    };
  };
  const signed = (changes: object = {}, key: CryptoKey = keys.privateKey, alg = 'ES256'): Promise<string> =>
    new SignJWT({ ...claims(), ...changes }).setProtectedHeader({ alg, kid: 'one' }).sign(key);
  /** A signed request alone, or beside other parameters. */
  const sendSigned = async (changes: object = {}, fields = {}) =>
    signing.authenticated('/bc-authorize', { request: await signed(changes), ...fields });

  const onlyRequest = (request: string) => ({ scope: undefined, login_hint: undefined, request });

  const requests: RefusedRequest[] = [
    ['a client without the grant type', () => send(parties.client), unauthorized],
    ['a public client', () => send(parties.app), unauthorized],
    ['no scope', () => send(asker, { scope: undefined }), invalidRequest],
    ['a scope without openid', () => send(asker, { scope: 'contacts.read' }), invalidScope],
    ['a malformed scope', () => send(asker, { scope: 'openid "' }), invalidScope],
    [
      'a scope of others',
      () => send(asker, { scope: 'openid contacts.write' }),
      because(invalidScope, 'scope contacts.write'),
    ],
    [
      'an unknown resource',
      () => send(asker, { resource: 'https://nowhere.example.com' }),
      because(invalidTarget, 'resource https://nowhere.example.com'),
    ],
    ['no hint', () => send(asker, { login_hint: undefined }), because(invalidRequest, 'hints: none')],
    ['an empty hint', () => send(asker, { login_hint: '' }), because(invalidRequest, 'hints: none')],
    [
      'two hints',
      ({ idToken }) => send(asker, { id_token_hint: idToken }),
      because(invalidRequest, 'hints: login_hint, id_token_hint'),
    ],
    [
      'a login_hint_token',
      () => send(asker, { login_hint: undefined, login_hint_token: 'x' }),
      invalidRequest,
    ],
    ['a repeated login_hint', () => send(asker, { login_hint: ['alice', 'bob'] }), invalidRequest],
    [
      'a damaged id_token_hint',
      ({ idToken }) => send(asker, { login_hint: undefined, id_token_hint: `${idToken.slice(0, -4)}AAAA` }),
      invalidRequest,
    ],
    [
      'an ID token of another client',
      ({ idToken }) => send(asker, { login_hint: undefined, id_token_hint: idToken }),
      invalidRequest,
    ],
    [
      'an access token as id_token_hint',
      ({ access }) => send(asker, { login_hint: undefined, id_token_hint: access }),
      invalidRequest,
    ],
    [
      'an unknown person',
      () => send(asker, { login_hint: 'nobody' }),
      because(unknownUser, 'there is no such user'),
    ],
    [
      'a disabled person, in the same words',
      () => send(asker, { login_hint: 'gone' }),
      because(unknownUser, 'is disabled'),
    ],
    [
      'an e-mail address where nobody signs in with it',
      () => send(asker, { login_hint: alice.email }),
      because(unknownUser, 'there is no such user'),
    ],
    [
      'a name without end',
      () => send(asker, { login_hint: 'a'.repeat(5_000) }),
      because(unknownUser, 'there is no such user'),
    ],
    ['a user_code', () => send(asker, { user_code: '1234' }), invalidRequest],
    ['a long binding_message', () => send(asker, { binding_message: 'W'.repeat(101) }), invalidMessage],
    ['a blank binding_message', () => send(asker, { binding_message: ' ' }), invalidMessage],
    ['a binding_message of two lines', () => send(asker, { binding_message: 'a\nb' }), invalidMessage],
    [
      'a binding_message that is reordered',
      () => send(asker, { binding_message: 'a\u202eb' }),
      invalidMessage,
    ],
    ...['0', '-1', '1.5', 'soon', '1e3', '9'.repeat(20)].map((requested_expiry): RefusedRequest => [
      `requested_expiry ${requested_expiry}`,
      () => send(asker, { requested_expiry }),
      invalidRequest,
    ]),
    ['a max_age that is no number', () => send(asker, { max_age: 'x' }), invalidRequest],
    ['no client_notification_token where pings are due', () => send(pinged), invalidRequest],
    [
      'a long client_notification_token',
      () => send(pinged, { client_notification_token: 'a'.repeat(1_025) }),
      invalidRequest,
    ],
    [
      'a client_notification_token that could end a header',
      () => send(pinged, { client_notification_token: 'a\r\nX: y' }),
      invalidRequest,
    ],
    [
      'a signed request of a client without keys',
      async () => asker.authenticated('/bc-authorize', { request: await signed() }),
      because(invalidRequest, 'has no keys'),
    ],
    ['an unsigned request of a client that signs', () => send(signing), invalidRequest],
    [
      'a signed request beside parameters',
      () => sendSigned({}, { login_hint: alice.username }),
      invalidRequest,
    ],
    [
      'a request that is no JWT',
      () => send(signing, onlyRequest('x')),
      because(invalidRequest, 'Invalid Compact JWS'),
    ],
    [
      'a request signed by somebody else',
      async () => send(signing, onlyRequest(await signed({}, strangersKeys.privateKey))),
      because(invalidRequest, 'signature verification failed'),
    ],
    [
      'an unsecured request',
      () => send(signing, onlyRequest(new UnsecuredJWT(claims()).encode())),
      because(invalidRequest, 'value not allowed'),
    ],
    [
      'a request of another issuer',
      () => sendSigned({ iss: asker.clientId }),
      because(invalidRequest, 'unexpected "iss"'),
    ],
    [
      'a request for another audience',
      () => sendSigned({ aud: 'https://other.example.com' }),
      because(invalidRequest, 'aud is'),
    ],
    [
      'a request without aud',
      () => sendSigned({ aud: undefined }),
      because(invalidRequest, 'missing required "aud"'),
    ],
    [
      'a request without exp',
      () => sendSigned({ exp: undefined }),
      because(invalidRequest, 'missing required "exp"'),
    ],
    [
      'a request without iat',
      () => sendSigned({ iat: undefined }),
      because(invalidRequest, 'missing required "iat"'),
    ],
    [
      'a request without nbf',
      () => sendSigned({ nbf: undefined }),
      because(invalidRequest, 'missing required "nbf"'),
    ],
    [
      'a request without jti',
      () => sendSigned({ jti: undefined }),
      because(invalidRequest, 'missing required "jti"'),
    ],
    [
      'a request whose jti is a number',
      () => sendSigned({ jti: 1 }),
      because(invalidRequest, 'jti is missing'),
    ],
    [
      'an expired request',
      () => sendSigned({ exp: claims().nbf! - 60 }),
      because(invalidRequest, '"exp" claim timestamp'),
    ],
    [
      'a request from the future',
      () => sendSigned({ nbf: claims().nbf! + 60 }),
      because(invalidRequest, '"nbf" claim timestamp'),
    ],
    [
      'a request that lasts too long',
      () => sendSigned({ exp: claims().nbf! + 3_601 }),
      because(invalidRequest, '3601 seconds after nbf'),
    ],
    [
      'a request inside a request',
      () => sendSigned({ request: 'x' }),
      because(invalidRequest, 'request cannot stand inside'),
    ],
    [
      'a signed request of another client_id',
      () => sendSigned({ client_id: asker.clientId }),
      because(invalidRequest, 'client_id inside is not the client'),
    ],
    [
      'two hints in a signed request',
      () => sendSigned({ id_token_hint: 'x' }),
      because(invalidRequest, 'hints: login_hint, id_token_hint'),
    ],
    ['a repeated hint in a signed request', () => sendSigned({ login_hint: ['a', 'b'] }), invalidRequest],
    [
      'a NUL in a signed request',
      () => sendSigned({ login_hint: 'a\0' }),
      because(invalidRequest, 'it holds a NUL character'),
    ],
    [
      'a signed request about nobody',
      () => sendSigned({ login_hint: 'nobody' }),
      because(unknownUser, 'there is no such user'),
    ],
  ];

  const redeem = (fields: object, by = asker) => by.token({ grant_type: backchannelGrantType, ...fields });
  const tokens: RefusedRequest[] = [
    [
      'an auth_req_id of a client without the grant type',
      () => redeem({ auth_req_id: authReqId }, parties.client),
      unauthorized,
    ],
    ['no auth_req_id', () => redeem({}), invalidRequest],
    ['a repeated auth_req_id', () => redeem({ auth_req_id: [authReqId, authReqId] }), invalidRequest],
    ['an unknown auth_req_id', () => redeem({ auth_req_id: 'x' }), because(invalidGrant, 'unknown code')],
    [
      "another client's auth_req_id",
      () => redeem({ auth_req_id: authReqId }, other),
      because(invalidGrant, 'a code of another client'),
    ],
  ];

  describeRefusals('/bc-authorize', parties, requests);
  describeRefusals('/token', parties, tokens);

  it('I3 a signed request is taken once, with all that it says', async () => {
    const once = await signed({ requested_expiry: 90, binding_message: 'W4SCT', jti: 'another' });
    const answer = await send(signing, onlyRequest(once));
    expect([answer.status, answer.body['expires_in']]).toEqual([200, 90]);
    expectRefusal(await send(signing, onlyRequest(once)), 400, 'invalid_request');
    const { auth_req_id } = answer.body as unknown as { auth_req_id: string };
    expectRefusal(await poll(signing, { auth_req_id }), 400, 'authorization_pending');
  });

  it('I3 of the same signed request that arrives twice at once, one is taken', async () => {
    const once = await signed({ jti: 'at-once' });
    const answers = await Promise.all([1, 2].map(() => send(signing, onlyRequest(once))));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400]);
  });

  it('I3 an ID token of the client names the person, though it has expired', async () => {
    const { server } = parties;
    const client = await registerAsker(server, {
      redirect_uris: ['https://calls.example.com/callback'],
      grant_types: ['authorization_code', backchannelGrantType],
    });
    const { id_token } = await client.tokens({ scope: 'openid' });
    server.clock.advance(86_400);
    const answer = await send(client, { login_hint: undefined, id_token_hint: id_token });
    expect(answer.status).toBe(200);
  });
});
