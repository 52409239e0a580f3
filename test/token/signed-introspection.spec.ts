import {
  createLocalJWKSet,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import * as oauth from 'oauth4webapi';
import { alice, contacts, startServer, type TestServer } from '../support/server.js';
import {
  type Answer,
  basic,
  encode,
  expectRefusal,
  post,
  RelyingParty,
  request,
} from '../support/relying-party.js';

const mediaType = 'application/token-introspection+jwt';
const algorithms = ['RS256', 'ES256', 'PS256', 'EdDSA'];

describe('J2 introspection as a JWT', () => {
  let server: TestServer;
  let client: RelyingParty;
  let resourceServer: RelyingParty;
  let token: string;

  beforeAll(async () => {
    server = await startServer({ EYRIE_REGISTRATION: 'open' });
    await server.createUser(alice);
    client = await RelyingParty.register(server);
    resourceServer = await asker({ introspection_resources: [contacts.identifier] });
    token = (await client.tokens()).access_token;
  });
  afterAll(() => server.stop());

  const asker = (registration = {}): Promise<RelyingParty> =>
    RelyingParty.register(server, {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      scope: '',
      ...registration,
    });

  const ask = (caller: RelyingParty, about: string, accept = mediaType): Promise<Answer> =>
    post(
      server,
      '/introspect',
      { token: about },
      { accept, authorization: basic(caller.clientId, caller.secret) },
    );

  const verified = async (answer: Answer): Promise<JWTPayload> => {
    const keys = (await request(server, '/jwks')).body as unknown as JSONWebKeySet;
    return (await jwtVerify(answer.text, createLocalJWKSet(keys), { typ: 'token-introspection+jwt' }))
      .payload;
  };

  it.each(algorithms)(
    'J2 a caller registered for %s gets what JSON says in a JWT of that algorithm',
    async (alg) => {
      const caller = await asker({
        introspection_signed_response_alg: alg,
        introspection_resources: [contacts.identifier],
      });

      const answer = await ask(caller, token);

      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, mediaType]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(decodeProtectedHeader(answer.text)).toEqual({
        alg,
        typ: 'token-introspection+jwt',
        kid: expect.any(String) as string,
      });
      // Nothing else: with sub and exp it could be taken for an access token (RFC 9701 §5).
      expect(await verified(answer)).toEqual({
        iss: server.issuer,
        aud: caller.clientId,
        iat: expect.any(Number) as number,
        token_introspection: (await caller.introspect(token)).body,
      });
    },
  );

  it('J2 without a registered algorithm it is RS256, and made for its caller alone', async () => {
    const answers = [await ask(client, token), await ask(resourceServer, token)];

    expect(answers.map(({ text }) => decodeProtectedHeader(text).alg)).toEqual(['RS256', 'RS256']);
    expect((await Promise.all(answers.map(verified))).map(({ aud }) => aud)).toEqual([
      client.clientId,
      resourceServer.clientId,
    ]);
  });

  it('J2 opaque tokens and refresh tokens are told of in the same form', async () => {
    const opaque = await RelyingParty.register(server, { access_token_format: 'opaque' });
    const { access_token, refresh_token } = await opaque.tokens();

    for (const about of [access_token, refresh_token]) {
      const { token_introspection } = await verified(await ask(opaque, about));
      expect(token_introspection).toEqual((await opaque.introspect(about)).body);
      expect(token_introspection).toMatchObject({ active: true, client_id: opaque.clientId });
    }
  });

  it('J2 of an unknown token, one for somebody else, and a revoked one it says inactive, and no more', async () => {
    const stranger = await asker();
    const gone = (await client.tokens()).access_token;
    await client.revoke(gone);

    for (const answer of [
      await ask(client, 'unknown'),
      await ask(stranger, token),
      await ask(client, gone),
    ]) {
      expect(answer.status).toBe(200);
      expect((await verified(answer)).token_introspection).toEqual({ active: false });
    }
  });

  it.each([
    mediaType,
    `${mediaType.toUpperCase()};q=0.8`,
    `text/html, ${mediaType}`,
    `application/json;q=0.5, ${mediaType};q=0.9, */*;q=0.1`,
    `${mediaType}, application/json`,
  ])('J2 Accept: %s is answered with a JWT', async (accept) => {
    expect((await ask(client, token, accept)).headers.get('content-type')).toBe(mediaType);
  });

  it.each([
    '*/*',
    'application/json',
    'application/jwt',
    'application/*',
    `${mediaType};q=0`,
    `${mediaType};q=nonsense`,
    `${mediaType};q=0.5, application/json`,
    `${mediaType}x`,
    ',;,;=',
  ])('J2 Accept: %s is answered with JSON', async (accept) => {
    const answer = await ask(client, token, accept);
    expect([answer.status, answer.body.active]).toEqual([200, true]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('J2 refusals are JSON for who asks for a JWT too, and tell nothing of the token', async () => {
    const headers = { accept: mediaType };
    expectRefusal(await post(server, '/introspect', { token }, headers), 401, 'invalid_client');
    const authorization = basic(client.clientId, 'wrong');
    const wrong = await post(server, '/introspect', { token }, { ...headers, authorization });
    expectRefusal(wrong, 401, 'invalid_client');
    expect(wrong.headers.get('www-authenticate')).toMatch(/^Basic /);
    expectRefusal(await ask(client, ''), 400, 'invalid_request');
    expect((await client.introspect(token)).body.active).toBe(true);
  });

  it('J2 the JWT is no access token, and no id_token_hint', async () => {
    const { text } = await ask(client, token);

    expect((await client.userinfo(text)).status).toBe(401);
    expect((await client.introspect(text)).text).toBe('{"active":false}');
    const logout = await client.browser.open(`/logout?${encode({ id_token_hint: text })}`);
    expect([logout.status, logout.headers.get('location')]).toEqual([400, null]);
    expect((await client.tokens({ prompt: 'none' })).access_token).toBeDefined();
  });

  it('J2 oauth4webapi asks for it, and verifies what comes back', async () => {
    const options = { [oauth.allowInsecureRequests]: true } as const;
    const issuer = new URL(server.issuer);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
    const caller: oauth.Client = {
      client_id: resourceServer.clientId,
      introspection_signed_response_alg: 'RS256',
    };

    const response = await oauth.introspectionRequest(
      as,
      caller,
      oauth.ClientSecretBasic(resourceServer.secret),
      token,
      { ...options, requestJwtResponse: true },
    );
    const told = await oauth.processIntrospectionResponse(as, caller, response);
    await oauth.validateApplicationLevelSignature(as, response, options);

    expect(told).toMatchObject({ active: true, client_id: client.clientId });
  });

  it.each(['none', 'HS256', ''])('J2 %j is no algorithm to register', async (alg) => {
    const answer = await request(server, '/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: ['https://a.example/cb'],
        introspection_signed_response_alg: alg,
      }),
    });
    expectRefusal(answer, 400, 'invalid_client_metadata');
  });

  it('J2 the metadata lists the algorithms, and no encryption', async () => {
    const { body } = await request(server, '/.well-known/oauth-authorization-server');
    expect(body.introspection_signing_alg_values_supported).toEqual(algorithms);
    expect(Object.keys(body).filter((name) => name.includes('encryption'))).toEqual([]);
  });
});
