import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { keyPair, type KeyPair } from '../../support/assertions.js';
import { authorizeUrl, redirectUri } from '../../support/authorization-requests.js';
import { responseOf, type Shown } from '../../support/browser.js';
import { FapiClient } from '../../support/fapi-client.js';
import type { Answer } from '../../support/relying-party.js';
import { alice, useServer } from '../../support/server.js';
import { expectRefused, expectUntouched, refusal, type Refused, Rows } from '../../support/untouched.js';

const invalidRequest = refusal(400, 'invalid_request');
const invalidObject = refusal(400, 'invalid_request_object');
const minutes = 60;

describe('FAPI 2.0 Message Signing', () => {
  const server = useServer({}, { users: [alice] });
  let client: FapiClient;
  let stranger: KeyPair;
  let rows: Rows;
  beforeAll(async () => {
    client = await FapiClient.register(server, { eyrie_profile: 'fapi2-message-signing' });
    stranger = await keyPair('ES256', 'ec');
    rows = new Rows(server, ['used_jtis']);
    await rows.look();
  });

  const now = (): number => server.clock.now();
  const pushed: [condition: string, send: () => Promise<Answer>, refused: Refused][] = [
    ['a request that is not signed', () => client.push({ fields: { response_mode: 'jwt' } }), invalidRequest],
    ['a request object without exp', () => client.pushSigned({ exp: undefined }), invalidObject],
    ['one without nbf', () => client.pushSigned({ nbf: undefined }), invalidObject],
    [
      'one whose nbf is more than an hour ago',
      () => client.pushSigned({ nbf: now() - 60 * minutes - 1, exp: now() + 1 }),
      invalidObject,
    ],
    [
      'one that is valid for more than an hour',
      () => client.pushSigned({ exp: now() + 60 * minutes + 1 }),
      invalidObject,
    ],
    ['an expired one', () => client.pushSigned({ nbf: now() - 100, exp: now() - 11 }), invalidObject],
    [
      'one valid from 61 seconds ahead',
      () => client.pushSigned({ nbf: now() + 61, exp: now() + 90 }),
      invalidObject,
    ],
    ['one without aud', () => client.pushSigned({ aud: undefined }), invalidObject],
    [
      'one for another server',
      () => client.pushSigned({ aud: 'https://elsewhere.example.com' }),
      invalidObject,
    ],
    ['one for the endpoint alone', () => client.pushSigned({ aud: `${server.issuer}/par` }), invalidObject],
    ['one of another issuer', () => client.pushSigned({ iss: 'somebody' }), invalidObject],
    ['one of another client', () => client.pushSigned({ client_id: 'somebody' }), invalidObject],
    ['one signed with another key', () => client.pushSigned({}, stranger), invalidObject],
    ['one signed with RS256', () => client.pushSigned({}, client.rsa), invalidObject],
    [
      'one that asks for a plain response',
      () => client.pushSigned({ response_mode: 'query' }),
      invalidRequest,
    ],
    [
      'one that asks for a form post',
      () => client.pushSigned({ response_mode: 'form_post' }),
      invalidRequest,
    ],
    [
      'one that asks for no response mode',
      () => client.pushSigned({ response_mode: undefined }),
      invalidRequest,
    ],
    [
      'one without PKCE',
      () => client.pushSigned({ code_challenge: undefined, code_challenge_method: undefined }),
      invalidRequest,
    ],
    ['one without redirect_uri', () => client.pushSigned({ redirect_uri: undefined }), invalidRequest],
    [
      'one with a request_uri inside',
      () => client.pushSigned({ request_uri: 'https://a.example/' }),
      invalidObject,
    ],
  ];
  it.each(pushed)('%s: refused, and nothing is left behind', async (_condition, send, refused) => {
    expectRefused(await send(), refused);
    await expectUntouched(rows);
  });

  /** The claims of the signed response, which is all that the redirect carries. */
  const responseIn = async (page: Shown): Promise<JWTPayload> => {
    expect(page.url.startsWith(`${redirectUri}?`)).toBe(true);
    const parameters = responseOf(page);
    expect([...parameters.keys()]).toEqual(['response']);
    const { payload, protectedHeader } = await jwtVerify(
      parameters.get('response') ?? '',
      createRemoteJWKSet(new URL('/jwks', server.issuer)),
      { issuer: server.issuer, audience: client.clientId, currentDate: new Date(now() * 1_000) },
    );
    expect(protectedHeader.alg).toBe('ES256');
    return payload;
  };

  it.each([
    ['the issuer alone', () => server.issuer],
    ['the issuer among others', () => ['https://elsewhere.example.com', server.issuer]],
  ])('a signed request for %s leads to a signed response with a code', async (_title, aud) => {
    const page = await client.walk(await client.pushSigned({ aud: aud() }));
    const { code } = await responseIn(page);

    expect((await client.redeem(code as string)).status).toBe(200);
  });

  it('an error at the authorization endpoint is signed too, whatever mode the request names', async () => {
    for (const response_mode of [undefined, 'query', 'nothing']) {
      const page = await client.browser.open(authorizeUrl({ client_id: client.clientId, response_mode }));
      expect(await responseIn(page)).toMatchObject({ error: 'invalid_request', state: 'the state' });
    }
  });

  it('what it introspects is signed, whatever it accepts', async () => {
    const answer = await client.send('/introspect', { token: 'unknown' }, { dpop: null });

    expect(answer.headers.get('content-type')).toBe('application/token-introspection+jwt');
    const { payload } = await jwtVerify(answer.text, createRemoteJWKSet(new URL('/jwks', server.issuer)), {
      issuer: server.issuer,
      audience: client.clientId,
      typ: 'token-introspection+jwt',
    });
    expect(payload.token_introspection).toEqual({ active: false });
  });

  it('response_modes alone, without a profile, limits the modes and has errors signed', async () => {
    const plain = await FapiClient.register(server, {
      eyrie_profile: undefined,
      token_endpoint_auth_method: 'private_key_jwt',
      response_modes: ['query.jwt'],
    });
    expectRefused(await plain.push({ fields: { response_mode: 'jwt' } }), invalidRequest);
    expectRefused(await plain.push(), invalidRequest);
    const page = await plain.walk(await plain.push({ fields: { response_mode: 'query.jwt' } }));
    expect([...responseOf(page).keys()]).toEqual(['response']);
  });
});
