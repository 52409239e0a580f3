import { ClientDirectory } from '../../../src/clients/client-directory.js';
import { ClientRegistration } from '../../../src/clients/client-registration.js';
import { Database } from '../../../src/persistence/database.js';
import { ClientsStore } from '../../../src/persistence/stores/clients.store.js';
import { authorizeUrl, redirectUri } from '../../support/authorization-requests.js';
import { proofKey, type ProofKey } from '../../support/dpop-proofs.js';
import { FapiClient } from '../../support/fapi-client.js';
import { type Answer, basic, post } from '../../support/relying-party.js';
import { responseOf } from '../../support/browser.js';
import { alice, useServer } from '../../support/server.js';
import { expectRefused, expectUntouched, refusal, type Refused, Rows } from '../../support/untouched.js';

const invalidClient = refusal(401, 'invalid_client');
const invalidRequest = refusal(400, 'invalid_request');
const invalidGrant = refusal(400, 'invalid_grant');
const invalidProof = refusal(400, 'invalid_dpop_proof');
const unauthorized = refusal(400, 'unauthorized_client');

/** A request that breaks the profile in one point, and how it is refused. */
type Broken = readonly [condition: string, send: () => Promise<Answer>, refused: Refused];

describe('FAPI 2.0 Security Profile: what is refused', () => {
  const server = useServer({ EYRIE_RESPONSE_TYPES: 'code id_token,code token' }, { users: [alice] });
  let client: FapiClient;
  let other: FapiClient;
  let rsaProofKey: ProofKey;
  let otherProofKey: ProofKey;
  let code: string;
  let refreshToken: string;
  let rows: Rows;
  beforeAll(async () => {
    client = await FapiClient.register(server);
    other = await FapiClient.register(server);
    rsaProofKey = await proofKey('RS256');
    otherProofKey = await proofKey();
    ({ refresh_token: refreshToken } = await client.tokens());
    code = await client.code();
    // An assertion and a proof are used up by design, whatever comes of the request.
    rows = new Rows(server, ['used_jtis']);
    await rows.look();
  });
  const now = (): number => server.clock.now();

  const authentication: Broken[] = [
    ['an assertion signed with RS256', () => client.push({ keys: client.rsa }), invalidClient],
    [
      'one for the issuer in a list',
      () => client.push({ assertion: { aud: [server.issuer] } }),
      invalidClient,
    ],
    [
      'one for the token endpoint',
      () => client.push({ assertion: { aud: `${server.issuer}/token` } }),
      invalidClient,
    ],
    [
      'one for the endpoint itself',
      () => client.push({ assertion: { aud: `${server.issuer}/par` } }),
      invalidClient,
    ],
    [
      'one for the issuer and the endpoint',
      () => client.push({ assertion: { aud: [server.issuer, `${server.issuer}/par`] } }),
      invalidClient,
    ],
    [
      'one for the issuer with a slash',
      () => client.push({ assertion: { aud: `${server.issuer}/` } }),
      invalidClient,
    ],
    [
      'one issued more than 60 seconds ahead',
      () => client.push({ assertion: { iat: now() + 61 } }),
      invalidClient,
    ],
    [
      'one valid from more than 60 seconds ahead',
      () => client.push({ assertion: { nbf: now() + 61 } }),
      invalidClient,
    ],
    ['an expired one', () => client.push({ assertion: { exp: now() - 11 } }), invalidClient],
    ['one without exp', () => client.push({ assertion: { exp: undefined } }), invalidClient],
    ['one without jti', () => client.push({ assertion: { jti: undefined } }), invalidClient],
    ['one with another sub', () => client.push({ assertion: { sub: other.clientId } }), invalidClient],
    ['one signed by another client', () => client.push({ keys: other.keys }), invalidClient],
    [
      'a secret',
      () => post(server, '/par', {}, { authorization: basic(client.clientId, 'x'.repeat(40)) }),
      refusal(401, 'invalid_client', 'Basic'),
    ],
    ['no authentication', () => post(server, '/par', { client_id: client.clientId }), invalidClient],
  ];
  const pushes: Broken[] = [
    ['no redirect_uri', () => client.push({ fields: { redirect_uri: undefined } }), invalidRequest],
    [
      'another redirect_uri',
      () => client.push({ fields: { redirect_uri: `${redirectUri}/` } }),
      invalidRequest,
    ],
    [
      'no code_challenge',
      () => client.push({ fields: { code_challenge: undefined, code_challenge_method: undefined } }),
      invalidRequest,
    ],
    [
      'a plain code_challenge',
      () => client.push({ fields: { code_challenge_method: 'plain' } }),
      invalidRequest,
    ],
    [
      'response_type=code id_token',
      () => client.push({ fields: { response_type: 'code id_token', nonce: 'n' } }),
      unauthorized,
    ],
    [
      'response_type=code token',
      () => client.push({ fields: { response_type: 'code token' } }),
      unauthorized,
    ],
    [
      'response_type=token',
      () => client.push({ fields: { response_type: 'token' } }),
      refusal(400, 'unsupported_response_type'),
    ],
    [
      'a request_uri',
      () => client.push({ fields: { request_uri: 'urn:ietf:params:oauth:request_uri:x' } }),
      invalidRequest,
    ],
    ['a repeated scope', () => client.push({ fields: { scope: ['openid', 'profile'] } }), invalidRequest],
    ['a DPoP proof with RS256', () => client.push({ provenBy: rsaProofKey }), invalidProof],
    [
      'a DPoP proof issued more than 60 seconds ahead',
      () => client.push({ dpop: { claims: { iat: now() + 61 } } }),
      invalidProof,
    ],
    [
      'dpop_jkt of another key',
      () => client.push({ fields: { dpop_jkt: otherProofKey.thumbprint } }),
      invalidRequest,
    ],
    [
      'an unsigned request object',
      () => client.push({ fields: { request: 'eyJhbGciOiJub25lIn0.e30.' } }),
      refusal(400, 'invalid_request_object'),
    ],
    [
      'a request object signed with RS256',
      () => client.pushSigned({}, client.rsa),
      refusal(400, 'invalid_request_object'),
    ],
    [
      'a request object issued more than 60 seconds ahead',
      () => client.pushSigned({ iat: now() + 61 }),
      refusal(400, 'invalid_request_object'),
    ],
    [
      'a request object without redirect_uri',
      () => client.pushSigned({ redirect_uri: undefined }),
      invalidRequest,
    ],
  ];
  const redemptions: Broken[] = [
    ['a code without DPoP proof', () => client.redeem(code, { dpop: null }), invalidProof],
    [
      'a code with the proof of another key',
      () => client.redeem(code, { provenBy: otherProofKey }),
      invalidGrant,
    ],
    ['a code with a proof by RS256', () => client.redeem(code, { provenBy: rsaProofKey }), invalidProof],
    [
      'a code without verifier',
      () => client.redeem(code, { fields: { code_verifier: undefined } }),
      invalidGrant,
    ],
    [
      'a code with another verifier',
      () => client.redeem(code, { fields: { code_verifier: 'x'.repeat(43) } }),
      invalidGrant,
    ],
    [
      'a code without redirect_uri',
      () => client.redeem(code, { fields: { redirect_uri: undefined } }),
      invalidGrant,
    ],
    ['the code of another client', () => other.redeem(code), invalidGrant],
    [
      'a code with an assertion for the token endpoint',
      () => client.redeem(code, { assertion: { aud: `${server.issuer}/token` } }),
      invalidClient,
    ],
    ['a refresh token without DPoP proof', () => client.refresh(refreshToken, { dpop: null }), invalidProof],
    ['the refresh token of another client', () => other.refresh(refreshToken), invalidGrant],
    [
      'a refresh token with an assertion by RS256',
      () => client.refresh(refreshToken, { keys: client.rsa }),
      invalidClient,
    ],
    [
      'a password',
      () => client.send('/token', { grant_type: 'password', username: 'alice', password: alice.password }),
      refusal(400, 'unsupported_grant_type'),
    ],
    [
      'a device code',
      () =>
        client.send('/token', {
          grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
          device_code: 'x',
        }),
      unauthorized,
    ],
    [
      'client_credentials without registration',
      () => client.send('/token', { grant_type: 'client_credentials' }),
      unauthorized,
    ],
  ];

  it.each([...authentication, ...pushes, ...redemptions])(
    '%s: refused, and nothing is consumed or left behind',
    async (_condition, send, refused) => {
      const answer = await send();

      expectRefused(answer, refused);
      await expectUntouched(rows);
    },
  );

  it('after all of these, the code and the refresh token still work', async () => {
    expect((await client.redeem(code)).status).toBe(200);
    expect((await client.refresh(refreshToken)).status).toBe(200);
  });

  it('JWTs that were issued up to 10 seconds ahead are accepted', async () => {
    const ahead = { iat: now() + 10, nbf: now() + 10, exp: now() + 60 };

    expect((await client.push({ assertion: ahead, dpop: { claims: { iat: now() + 10 } } })).status).toBe(201);
    expect((await client.pushSigned({ ...ahead, response_mode: undefined })).status).toBe(201);
  });

  it('a request that was not pushed is refused at its redirection URI, with iss', async () => {
    const page = await client.browser.open(authorizeUrl({ client_id: client.clientId }));

    expect(page.url.startsWith(`${redirectUri}?`)).toBe(true);
    expect(Object.fromEntries(responseOf(page))).toMatchObject({
      error: 'invalid_request',
      iss: server.issuer,
    });
  });

  it('a pushed request leads to its client alone, and to one answer', async () => {
    const pushed = await client.push();
    const foreign = await client.walk(pushed, { client_id: other.clientId });
    expect(foreign.status).toBe(400);
    expect(foreign.headers.get('location')).toBeNull();

    const beside = await client.walk(pushed, { state: 'outside', redirect_uri: 'https://evil.example/' });
    expect(beside.url.startsWith(`${redirectUri}?`)).toBe(true);
    expect(responseOf(beside).get('state')).not.toBe('outside');

    server.clock.advance(60);
    expect((await client.walk(pushed)).status).toBe(400);
  });

  it('a request that was pushed a minute ago has expired, a code too', async () => {
    const pushed = await client.push();
    const late = await client.code();
    server.clock.advance(61);

    expect((await client.walk(pushed)).status).toBe(400);
    expectRefused(await client.redeem(late), invalidGrant);
  });

  it('a code that is redeemed twice ends its grant', async () => {
    const once = await client.code();
    const { body } = await client.redeem(once);
    expectRefused(await client.redeem(once), invalidGrant);

    expectRefused(await client.refresh(body.refresh_token), invalidGrant);
  });

  it('a laxer registration counts for nothing: what the profile demands has its place', async () => {
    const lax = await FapiClient.register(server);
    const present = await server.app.get(ClientRegistration).require(lax.clientId);
    const columns = {
      requirePkce: false,
      requirePushedAuthorizationRequests: false,
      assertionAudience: 'endpoint',
      dpopBoundAccessTokens: false,
      idTokenSignedResponseAlg: 'RS256',
      grantTypes: ['authorization_code', 'refresh_token', 'implicit'],
      responseTypes: ['code', 'code token'],
      rotateRefreshTokens: true,
    };
    await server.app.get(Database).write((tx) => server.app.get(ClientsStore).update(tx, present, columns));
    server.app.get(ClientDirectory).forget(lax.clientId);

    const unpushed = await lax.browser.open(authorizeUrl({ client_id: lax.clientId }));
    expect(responseOf(unpushed).get('error')).toBe('invalid_request');
    expectRefused(
      await lax.push({ fields: { code_challenge: undefined, code_challenge_method: undefined } }),
      invalidRequest,
    );
    expectRefused(await lax.push({ fields: { response_type: 'code token' } }), unauthorized);
    expectRefused(await lax.push({ assertion: { aud: `${server.issuer}/token` } }), invalidClient);
    const tokens = await lax.tokens();
    expect(tokens.token_type).toBe('DPoP');
    const refreshed = await lax.refresh(tokens.refresh_token);
    expect(refreshed.body.refresh_token ?? tokens.refresh_token).toBe(tokens.refresh_token);
    expectRefused(await lax.refresh(tokens.refresh_token, { dpop: null }), invalidProof);
  });
});
