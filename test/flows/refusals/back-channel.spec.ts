import { SignJWT } from 'jose';
import { jwtBearerAssertion } from '../../../src/protocol/client-assertion.js';
import { challenge, redirectUri } from '../../support/authorization-requests.js';
import { signedInBrowser } from '../../support/walk.js';
import { claimsOf, keyPair, type KeyPair } from '../../support/assertions.js';
import { proof, proofKey, type ProofKey } from '../../support/dpop-proofs.js';
import type { TestBrowser } from '../../support/browser.js';
import { type KeyHost, startKeyHost } from '../../support/key-host.js';
import { alice, contacts, startServer, type TestServer } from '../../support/server.js';
import {
  type Answer,
  basic,
  encode,
  type Fields,
  form,
  post,
  RelyingParty,
  request,
} from '../../support/relying-party.js';
import { expectRefused, expectUntouched, type Refused, Rows } from '../../support/untouched.js';

const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';

/** What refusals must leave as it is. */
interface Living {
  readonly code: string;
  readonly verifier: string;
  readonly access: string;
  readonly refresh: string;
  readonly idToken: string;
  /** An access token without openid. */
  readonly narrow: string;
}

type Case = readonly [condition: string, send: (living: Living) => Promise<Answer>, refused: Refused];

const refusal = (status: number, error: string, challengeStart: string | null = null): Refused => ({
  status,
  error,
  challenge: challengeStart,
});
const invalidRequest = refusal(400, 'invalid_request');
const invalidGrant = refusal(400, 'invalid_grant');
const invalidScope = refusal(400, 'invalid_scope');
const invalidTarget = refusal(400, 'invalid_target');
const invalidProof = refusal(400, 'invalid_dpop_proof');
const unauthorized = refusal(400, 'unauthorized_client');
const unsupported = refusal(400, 'unsupported_grant_type');
const invalidClient = refusal(401, 'invalid_client');
const unproven = refusal(401, 'invalid_client', 'Basic realm=');

describe('refusals of the back channel', () => {
  let server: TestServer;
  let host: KeyHost;
  let browser: TestBrowser;
  let client: RelyingParty;
  let other: RelyingParty;
  let app: RelyingParty;
  let machine: RelyingParty;
  let signer: RelyingParty;
  let bound: RelyingParty;
  let device: RelyingParty;
  let otherDeviceCode: string;
  let keys: KeyPair;
  let key: ProofKey;

  beforeAll(async () => {
    host = await startKeyHost();
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: host.host, EYRIE_REQUEST_URI: 'any' });
    await server.createUser(alice);
    browser = await signedInBrowser(server);
    keys = await keyPair('ES256', 'one');
    key = await proofKey();
    const register = (registration: object): Promise<RelyingParty> =>
      RelyingParty.register(server, registration, browser);
    const jwks = { keys: [keys.publicJwk] };
    client = await register({ grant_types: ['authorization_code', 'refresh_token'] });
    other = await register({ grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] });
    app = await register({ token_endpoint_auth_method: 'none' });
    machine = await register({ grant_types: ['client_credentials'], scope: 'contacts.read' });
    signer = await register({
      token_endpoint_auth_method: 'private_key_jwt',
      grant_types: ['authorization_code', 'client_credentials'],
      jwks,
    });
    bound = await register({ dpop_bound_access_tokens: true, grant_types: ['client_credentials'] });
    device = await register({ grant_types: [deviceCode], redirect_uris: [] });
    otherDeviceCode = String(
      (await device.authenticated('/device_authorization', { scope: 'openid' })).body.device_code,
    );
  });
  afterAll(async () => {
    await server.stop();
    await host.stop();
  });

  const raw = (path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> =>
    request(server, path, {
      method: 'POST',
      body,
      headers: { authorization: basic(client.clientId, client.secret), ...headers },
    });
  const withBasic = (path: string, authorization: string, fields: Fields = {}): Promise<Answer> =>
    post(server, path, fields, { authorization });
  const withProof = async (path: string, fields: Fields, dpop: string): Promise<Answer> =>
    post(server, path, fields, { authorization: basic(machine.clientId, machine.secret), dpop });
  const asserted = async (path: string, changes: object, fields: Fields = {}, by = keys): Promise<Answer> => {
    const claims = { ...claimsOf(server, signer.clientId), ...changes };
    const client_assertion = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(by.privateKey);
    return post(server, path, { client_assertion_type: jwtBearerAssertion, client_assertion, ...fields });
  };

  /** What every endpoint with client authentication refuses; `good` is a request that would be answered. */
  const authentication = (path: string, good: Fields): Case[] => [
    ['no authentication', () => post(server, path, good), unproven],
    ['a wrong secret', () => withBasic(path, basic(client.clientId, 'wrong'), good), unproven],
    ['an empty secret', () => withBasic(path, basic(client.clientId, ''), good), unproven],
    ['an unknown client', () => withBasic(path, basic('nobody', 'secret'), good), unproven],
    [
      'Basic without a colon',
      () => withBasic(path, `Basic ${Buffer.from('x').toString('base64')}`, good),
      unproven,
    ],
    ['Basic that is no base64', () => withBasic(path, 'Basic ***', good), unproven],
    ['a bearer token', ({ access }) => withBasic(path, `Bearer ${access}`, good), unproven],
    [
      'the secret in the body, which is not registered',
      () => client.as('client_secret_post').authenticated(path, good),
      invalidClient,
    ],
    ['no secret where there is one', () => client.as('none').authenticated(path, good), invalidClient],
    ['a secret where there is none', () => app.as('client_secret_basic').authenticated(path, good), unproven],
    [
      'two ways at once',
      () => client.authenticated(path, { ...good, client_id: client.clientId, client_secret: client.secret }),
      invalidRequest,
    ],
    [
      'another client_id in the body',
      () => client.authenticated(path, { ...good, client_id: other.clientId }),
      invalidRequest,
    ],
    [
      'a repeated client_id',
      () => client.authenticated(path, { ...good, client_id: [client.clientId, client.clientId] }),
      invalidRequest,
    ],
    [
      'an assertion of another type',
      () => asserted(path, {}, { ...good, client_assertion_type: 'urn:x' }),
      invalidClient,
    ],
    [
      'an assertion by another key',
      async () => asserted(path, {}, good, await keyPair('ES256', 'one')),
      invalidClient,
    ],
    ['an expired assertion', () => asserted(path, { exp: server.clock.now() - 60 }, good), invalidClient],
    [
      'an assertion for another server',
      () => asserted(path, { aud: 'https://other.example' }, good),
      invalidClient,
    ],
    ['an assertion of another subject', () => asserted(path, { sub: client.clientId }, good), invalidClient],
    ['an assertion without jti', () => asserted(path, { jti: undefined }, good), invalidClient],
    [
      'credentials in the URL',
      () =>
        post(server, `${path}?${encode({ client_id: client.clientId, client_secret: client.secret })}`, good),
      invalidRequest,
    ],
  ];

  /** What every endpoint that takes forms refuses. */
  const forms = (path: string, good: Fields, repeatable: string): Case[] => [
    [
      'a JSON body',
      () => raw(path, JSON.stringify(good), { 'content-type': 'application/json' }),
      invalidRequest,
    ],
    ['a plain body', () => raw(path, encode(good), { 'content-type': 'text/plain' }), invalidRequest],
    [
      'parameters in the URL',
      () => raw(`${path}?${encode(good)}`, encode(good), { 'content-type': form }),
      invalidRequest,
    ],
    [
      'bad percent-encoding',
      () => raw(path, `${encode(good)}&x=%zz`, { 'content-type': form }),
      invalidRequest,
    ],
    ['a NUL character', () => raw(path, `${encode(good)}&x=%00`, { 'content-type': form }), invalidRequest],
    [
      'a hundred parameters too many',
      () => raw(path, `${encode(good)}${'&x=1'.repeat(101)}`, { 'content-type': form }),
      invalidRequest,
    ],
    [
      `a repeated ${repeatable}`,
      () => raw(path, `${encode(good)}&${encode({ [repeatable]: ['a', 'b'] })}`, { 'content-type': form }),
      invalidRequest,
    ],
  ];

  const redeem = ({ code, verifier }: Living, changes: Fields = {}, by = client): Promise<Answer> =>
    by.redeem({ code, verifier }, changes);
  const credentials = { grant_type: 'client_credentials' };

  const token: Case[] = [
    ...authentication('/token', { grant_type: 'refresh_token', refresh_token: 'x' }),
    ...forms('/token', { grant_type: 'refresh_token', refresh_token: 'x' }, 'grant_type'),
    ['no grant_type', () => client.token({}), invalidRequest],
    ['an empty grant_type', () => client.token({ grant_type: '' }), invalidRequest],
    [
      'grant_type password',
      () => client.token({ grant_type: 'password', username: 'alice', password: alice.password }),
      unsupported,
    ],
    ['grant_type in capitals', () => client.token({ grant_type: 'AUTHORIZATION_CODE' }), unsupported],
    ['grant_type implicit', () => client.token({ grant_type: 'implicit' }), unsupported],
    ['grant_type __proto__', () => client.token({ grant_type: '__proto__' }), unsupported],
    ['client_credentials of a client without it', () => client.token(credentials), unauthorized],
    [
      'a device code of a client without the grant type',
      () => client.token({ grant_type: deviceCode, device_code: otherDeviceCode }),
      unauthorized,
    ],
    ['a refresh of a client without the grant type', ({ refresh }) => machine.refresh(refresh), unauthorized],
    ['no code', (living) => redeem(living, { code: undefined }), invalidRequest],
    ['an unknown code', (living) => redeem(living, { code: 'x' }), invalidGrant],
    ['a repeated code', (living) => redeem(living, { code: [living.code, living.code] }), invalidRequest],
    ['the code of another client', (living) => redeem(living, {}, other), invalidGrant],
    ['the code of another client, which is public', (living) => redeem(living, {}, app), invalidGrant],
    [
      'another redirect_uri',
      (living) => redeem(living, { redirect_uri: 'https://evil.example/' }),
      invalidGrant,
    ],
    [
      'a redirect_uri with a slash',
      (living) => redeem(living, { redirect_uri: `${redirectUri}/` }),
      invalidGrant,
    ],
    ['no redirect_uri', (living) => redeem(living, { redirect_uri: undefined }), invalidGrant],
    [
      'a repeated redirect_uri',
      (living) => redeem(living, { redirect_uri: [redirectUri, redirectUri] }),
      invalidRequest,
    ],
    ['another verifier', (living) => redeem(living, { code_verifier: 'x'.repeat(43) }), invalidGrant],
    ['the challenge as verifier', (living) => redeem(living, { code_verifier: challenge }), invalidGrant],
    ['no verifier', (living) => redeem(living, { code_verifier: undefined }), invalidGrant],
    ['an access token as code', (living) => redeem(living, { code: living.access }), invalidGrant],
    [
      'a code for a resource that it is not for',
      (living) => redeem(living, { resource: 'https://other.example' }),
      invalidTarget,
    ],
    ['a resource that is no URI', (living) => redeem(living, { resource: 'contacts' }), invalidTarget],
    [
      'a resource with a fragment',
      (living) => redeem(living, { resource: `${contacts.identifier}#x` }),
      invalidTarget,
    ],
    ['no refresh_token', () => client.token({ grant_type: 'refresh_token' }), invalidRequest],
    ['an unknown refresh token', () => client.refresh('x'), invalidGrant],
    ['the refresh token of another client', ({ refresh }) => other.refresh(refresh), invalidGrant],
    ['an access token as refresh token', ({ access }) => client.refresh(access), invalidGrant],
    ['an ID token as refresh token', ({ idToken }) => client.refresh(idToken), invalidGrant],
    [
      'a refresh with more scope',
      ({ refresh }) => client.refresh(refresh, { scope: 'openid contacts.write' }),
      invalidScope,
    ],
    [
      'a refresh with an unknown scope',
      ({ refresh }) => client.refresh(refresh, { scope: 'banana' }),
      invalidScope,
    ],
    [
      'a refresh with a malformed scope',
      ({ refresh }) => client.refresh(refresh, { scope: 'openid "' }),
      invalidScope,
    ],
    [
      'a refresh for another resource',
      ({ refresh }) => client.refresh(refresh, { resource: 'https://other.example' }),
      invalidTarget,
    ],
    [
      'a repeated refresh_token',
      ({ refresh }) => client.token({ grant_type: 'refresh_token', refresh_token: [refresh, refresh] }),
      invalidRequest,
    ],
    [
      'client_credentials with a scope of others',
      () => machine.token({ ...credentials, scope: 'contacts.write' }),
      invalidScope,
    ],
    [
      'client_credentials for an unknown resource',
      () => machine.token({ ...credentials, resource: 'https://other.example' }),
      invalidTarget,
    ],
    ['no device_code', () => device.token({ grant_type: deviceCode }), invalidRequest],
    [
      'an unknown device_code',
      () => device.token({ grant_type: deviceCode, device_code: 'x' }),
      invalidGrant,
    ],
    ['no DPoP proof where one is required', () => bound.token(credentials), invalidProof],
    ['a DPoP proof that is no JWT', () => withProof('/token', credentials, 'x'), invalidProof],
    [
      'two DPoP proofs',
      async () =>
        withProof('/token', credentials, `${await proof(server, key)}, ${await proof(server, key)}`),
      invalidProof,
    ],
    [
      'a DPoP proof for another endpoint',
      async () => withProof('/token', credentials, await proof(server, key, {}, '/par')),
      invalidProof,
    ],
    [
      'a DPoP proof for another method',
      async () => withProof('/token', credentials, await proof(server, key, { claims: { htm: 'GET' } })),
      invalidProof,
    ],
    [
      'an old DPoP proof',
      async () => withProof('/token', credentials, await proof(server, key, { claims: { iat: 1 } })),
      invalidProof,
    ],
    [
      'a DPoP proof without jti',
      async () => withProof('/token', credentials, await proof(server, key, { claims: { jti: undefined } })),
      invalidProof,
    ],
    [
      'a DPoP proof with a private key inside',
      async () =>
        withProof('/token', credentials, await proof(server, key, { header: { jwk: key.privateJwk } })),
      invalidProof,
    ],
  ];

  const pushed = {
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  const push = (changes: Fields): Promise<Answer> => client.authenticated('/par', { ...pushed, ...changes });
  const par: Case[] = [
    ...authentication('/par', pushed),
    ...forms('/par', pushed, 'scope'),
    ['a request_uri', () => push({ request_uri: host.url('/request') }), invalidRequest],
    ['no response_type', () => push({ response_type: undefined }), invalidRequest],
    [
      'an unknown response_type',
      () => push({ response_type: 'magic' }),
      refusal(400, 'unsupported_response_type'),
    ],
    [
      'a response_type that is off',
      () => push({ response_type: 'id_token' }),
      refusal(400, 'unsupported_response_type'),
    ],
    ['an unregistered redirect_uri', () => push({ redirect_uri: 'https://evil.example/' }), invalidRequest],
    ['a scope of others', () => push({ scope: 'contacts.write' }), invalidScope],
    ['no code_challenge', () => push({ code_challenge: undefined }), invalidRequest],
    ['code_challenge_method plain', () => push({ code_challenge_method: 'plain' }), invalidRequest],
    ['an unknown response_mode', () => push({ response_mode: 'magic' }), invalidRequest],
    ['prompt none beside login', () => push({ prompt: 'none login' }), invalidRequest],
    ['an unknown prompt', () => push({ prompt: 'create' }), invalidRequest],
    ['a max_age that is no number', () => push({ max_age: 'x' }), invalidRequest],
    ['claims that are no JSON', () => push({ claims: '{' }), invalidRequest],
    [
      'an essential acr that cannot be reached',
      () => push({ claims: '{"id_token":{"acr":{"essential":true,"value":"x"}}}' }),
      refusal(400, 'unmet_authentication_requirements'),
    ],
    ['a forged id_token_hint', () => push({ id_token_hint: 'a.b.c' }), invalidRequest],
    ['a resource that nobody knows', () => push({ resource: 'https://other.example' }), invalidTarget],
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
        post(server, '/par', pushed, {
          authorization: basic(client.clientId, client.secret),
          dpop: await proof(server, key),
        }),
      invalidProof,
    ],
  ];

  const begin = (fields: Fields, by = device): Promise<Answer> =>
    by.authenticated('/device_authorization', fields);
  const deviceAuthorization: Case[] = [
    ...authentication('/device_authorization', { scope: 'openid' }),
    ...forms('/device_authorization', { scope: 'openid' }, 'scope'),
    ['a client without the grant type', () => begin({ scope: 'openid' }, client), unauthorized],
    ['a public client without the grant type', () => begin({ scope: 'openid' }, app), unauthorized],
    ['a scope of others', () => begin({ scope: 'contacts.write' }), invalidScope],
    ['a malformed scope', () => begin({ scope: 'openid "' }), invalidScope],
  ];

  const introspect: Case[] = [
    ...authentication('/introspect', { token: 'x' }),
    ...forms('/introspect', { token: 'x' }, 'token'),
    ['no token', () => client.authenticated('/introspect', {}), invalidRequest],
    ['an empty token', () => client.introspect(''), invalidRequest],
    ['a public client', ({ access }) => app.introspect(access), invalidClient],
  ];

  const revoke: Case[] = [
    ...authentication('/revoke', { token: 'x' }),
    ...forms('/revoke', { token: 'x' }, 'token'),
    [
      'a living token by a client that does not prove itself',
      ({ refresh }) => post(server, '/revoke', { token: refresh, client_id: client.clientId }),
      invalidClient,
    ],
    [
      'a living token with a wrong secret',
      ({ access }) => withBasic('/revoke', basic(client.clientId, 'wrong'), { token: access }),
      unproven,
    ],
    [
      'a living token twice',
      ({ refresh }) => client.authenticated('/revoke', { token: [refresh, refresh] }),
      invalidRequest,
    ],
    [
      'a living token in the URL',
      ({ refresh }) => client.authenticated(`/revoke?token=${refresh}`, {}),
      invalidRequest,
    ],
    ['no token', () => client.authenticated('/revoke', {}), invalidRequest],
    ['an empty token', () => client.revoke(''), invalidRequest],
  ];

  const follow = (query: string, by: RelyingParty): Promise<Answer> =>
    request(server, `/revocations${query}`, { headers: { authorization: basic(by.clientId, by.secret) } });
  const revocations: Case[] = [
    ['no authentication', () => request(server, '/revocations'), unproven],
    [
      'a wrong secret',
      () => request(server, '/revocations', { headers: { authorization: basic(client.clientId, 'x') } }),
      unproven,
    ],
    ['a client that serves no resource', () => follow('', client), refusal(403, 'unauthorized_client')],
  ];

  const bearer = (value: string): Promise<Answer> =>
    request(server, '/userinfo', { headers: { authorization: `Bearer ${value}` } });
  const invalidToken = refusal(401, 'invalid_token', 'Bearer realm="eyrie", error="invalid_token"');
  const userinfo: Case[] = [
    ['an unknown token', () => bearer('unknown'), invalidToken],
    ['a damaged token', ({ access }) => bearer(`${access.slice(0, -4)}AAAA`), invalidToken],
    ['an ID token', ({ idToken }) => bearer(idToken), invalidToken],
    ['a refresh token', ({ refresh }) => bearer(refresh), invalidToken],
    ['a code', ({ code }) => bearer(code), invalidToken],
    [
      'a token without openid',
      ({ narrow }) => bearer(narrow),
      refusal(403, 'insufficient_scope', 'Bearer realm="eyrie", error="insufficient_scope"'),
    ],
    [
      'two tokens',
      ({ access }) =>
        post(server, '/userinfo', { access_token: access }, { authorization: `Bearer ${access}` }),
      refusal(400, 'invalid_request', 'Bearer '),
    ],
  ];

  const endpoints: readonly (readonly [path: string, cases: Case[]])[] = [
    ['/token', token],
    ['/par', par],
    ['/device_authorization', deviceAuthorization],
    ['/introspect', introspect],
    ['/revoke', revoke],
    ['/revocations', revocations],
    ['/userinfo', userinfo],
  ];

  describe.each(endpoints)('%s refuses, and touches nothing', (_path, cases) => {
    let living: Living;
    let rows: Rows;

    beforeAll(async () => {
      const { code, verifier } = await client.authorize();
      const tokens = await client.tokens();
      living = {
        code,
        verifier,
        access: tokens.access_token,
        refresh: tokens.refresh_token,
        idToken: tokens.id_token,
        narrow: (await machine.token(credentials)).body.access_token,
      };
      rows = new Rows(server);
      await rows.look();
    });

    it.each(cases)('%s', async (_condition, send, refused) => {
      expectRefused(await send(living), refused);

      await expectUntouched(rows);
      expect(host.requests).toBe(0);
    });

    it('and afterwards the tokens and the session are as good as before', async () => {
      expect((await client.introspect(living.access)).body.active).toBe(true);
      expect((await client.refresh(living.refresh)).status).toBe(200);
      await expect(client.authorize({ prompt: 'none' })).resolves.toHaveProperty('code');
    });
  });
});
