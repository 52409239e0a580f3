import { decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import { claimsOf } from '../../support/assertions.js';
import { proof } from '../../support/dpop-proofs.js';
import { responseOf } from '../../support/browser.js';
import { type Answer, type Fields, payloadOf, post, RelyingParty } from '../../support/relying-party.js';
import { jwtBearerAssertion } from '../../../src/protocol/client-assertion.js';
import { certificateFor, presenting } from './certificates.js';
import { ask, type Check, expectNotRegistrable, keysFor, namesIn, verified, type World } from './world.js';

/** Methods of client authentication that are registered with IANA, and one that is not. */
const authMethods = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'magic',
];

const foreignAlgorithms = ['none', 'HS256', 'ES384', 'RS512', 'ES256K'];

/** Tries a method at an endpoint: 200 when it is listed, refused there or at registration when it is not. */
const methodsAt =
  (path: string, fields: (client: RelyingParty) => Fields | Promise<Fields>): Check =>
  async (value, world) => {
    const listed = namesIn(value);
    expect(listed.filter((method) => !authMethods.includes(method))).toEqual([]);
    const registrable = namesIn(world.metadata.token_endpoint_auth_methods_supported);
    for (const token_endpoint_auth_method of authMethods) {
      if (!registrable.includes(token_endpoint_auth_method)) {
        await expectNotRegistrable(world, 'token_endpoint_auth_method', token_endpoint_auth_method);
        continue;
      }
      const { presented, registration } = certificateFor(world, token_endpoint_auth_method) ?? {};
      const client = await RelyingParty.register(
        world.server,
        { token_endpoint_auth_method, ...registration },
        world.browser,
      );
      const sent = { client_id: client.clientId, ...(await fields(client)) };
      const { status } = presented
        ? await presenting(world, presented, path, sent)
        : await client.authenticated(path, sent);
      expect([token_endpoint_auth_method, status]).toEqual([
        token_endpoint_auth_method,
        listed.includes(token_endpoint_auth_method) ? 200 : 401,
      ]);
    }
  };

/** What an endpoint answers a client with an assertion of that algorithm. */
async function withAssertion(world: World, path: string, fields: Fields, alg: string): Promise<Answer> {
  const grant_types = ['client_credentials'];
  const isMac = alg.startsWith('HS');
  const keys = isMac || alg === 'none' ? undefined : await keysFor(alg);
  const client = await RelyingParty.register(world.server, {
    grant_types,
    token_endpoint_auth_method: isMac ? 'client_secret_jwt' : 'private_key_jwt',
    jwks: { keys: [keys?.publicJwk ?? (await keysFor('ES256')).publicJwk] },
  });
  const claims = claimsOf(world.server, client.clientId);
  const client_assertion =
    alg === 'none'
      ? new UnsecuredJWT(claims).encode()
      : await new SignJWT(claims)
          .setProtectedHeader({ alg })
          .sign(keys?.privateKey ?? new TextEncoder().encode(client.secret));
  return post(world.server, path, { client_assertion_type: jwtBearerAssertion, client_assertion, ...fields });
}

const assertionsAt =
  (path: string, fields: Fields): Check =>
  async (value, world) => {
    const listed = namesIn(value);
    for (const alg of listed)
      expect([alg, (await withAssertion(world, path, fields, alg)).status]).toEqual([alg, 200]);
    for (const alg of ['none', 'HS384', 'HS512'].filter((other) => !listed.includes(other)))
      expect([alg, (await withAssertion(world, path, fields, alg)).status]).toEqual([alg, 401]);
  };

/** Tries each algorithm for something that a client may have signed for it, and that others cannot be registered. */
const signedFor =
  (field: string, sign: (world: World, client: RelyingParty) => Promise<string>): Check =>
  async (value, world) => {
    const listed = namesIn(value);
    for (const alg of listed) {
      const client = await RelyingParty.register(world.server, { [field]: alg }, world.browser);
      const jwt = await sign(world, client);
      expect(decodeProtectedHeader(jwt).alg).toBe(alg);
      await verified(world, jwt, client.clientId);
    }
    for (const alg of foreignAlgorithms.filter((other) => !listed.includes(other)))
      await expectNotRegistrable(world, field, alg);
  };

/** How clients prove who they are, and what is signed for them. */
export const proofChecks: Readonly<Record<string, Check>> = {
  token_endpoint_auth_methods_supported: methodsAt('/token', async (client) => {
    const { code, verifier } = await client.authorize();
    return {
      grant_type: 'authorization_code',
      code,
      redirect_uri: client.redirectUri,
      code_verifier: verifier,
    };
  }),
  introspection_endpoint_auth_methods_supported: methodsAt('/introspect', () => ({ token: 'x' })),
  revocation_endpoint_auth_methods_supported: methodsAt('/revoke', () => ({ token: 'x' })),

  token_endpoint_auth_signing_alg_values_supported: assertionsAt('/token', {
    grant_type: 'client_credentials',
  }),
  introspection_endpoint_auth_signing_alg_values_supported: assertionsAt('/introspect', { token: 'x' }),
  revocation_endpoint_auth_signing_alg_values_supported: assertionsAt('/revoke', { token: 'x' }),

  id_token_signing_alg_values_supported: signedFor(
    'id_token_signed_response_alg',
    async (_world, client) => (await client.tokens()).id_token,
  ),
  userinfo_signing_alg_values_supported: signedFor(
    'userinfo_signed_response_alg',
    async (_world, client) => (await client.userinfo((await client.tokens()).access_token)).text,
  ),
  authorization_signing_alg_values_supported: signedFor(
    'authorization_signed_response_alg',
    async (world, client) =>
      responseOf(await ask(world, client, { response_mode: 'jwt' })).get('response') ?? '',
  ),
  introspection_signing_alg_values_supported: signedFor(
    'introspection_signed_response_alg',
    async ({ server }, { clientId, secret }) => {
      const headers = {
        authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
        accept: 'application/token-introspection+jwt',
      };
      return (await post(server, '/introspect', { token: 'x' }, headers)).text;
    },
  ),

  async dpop_signing_alg_values_supported(value, world) {
    const machine = await RelyingParty.register(world.server, {
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_post',
    });
    const listed = namesIn(value);
    const foreign = ['ES384', 'RS512', 'PS384'].filter((alg) => !listed.includes(alg));
    for (const alg of [...listed, ...foreign]) {
      const key = { ...(await keysFor(alg)), alg };
      const send = async (claims: Record<string, unknown> = {}): Promise<Answer> =>
        post(
          world.server,
          '/token',
          {
            grant_type: 'client_credentials',
            client_id: machine.clientId,
            client_secret: machine.secret,
          },
          { dpop: await proof(world.server, key, { claims }) },
        );
      let answer = await send();
      if (answer.body.error === 'use_dpop_nonce')
        answer = await send({ nonce: answer.headers.get('dpop-nonce') });
      expect([alg, answer.body.token_type ?? answer.body.error]).toEqual([
        alg,
        listed.includes(alg) ? 'DPoP' : 'invalid_dpop_proof',
      ]);
    }
  },

  async subject_types_supported(value, world) {
    const listed = namesIn(value);
    const subjects = new Set<unknown>();
    for (const subject_type of listed) {
      const client = await RelyingParty.register(world.server, { subject_type }, world.browser);
      subjects.add(payloadOf((await client.tokens()).id_token).sub);
    }
    expect(subjects.size).toBe(listed.length);
    await expectNotRegistrable(world, 'subject_type', 'transient');
  },

  async request_object_signing_alg_values_supported(value, world) {
    const listed = namesIn(value);
    const { server } = world;
    const open = async (alg: string): Promise<string> => {
      const keys = alg === 'none' || alg.startsWith('HS') ? await keysFor('ES256') : await keysFor(alg);
      const client = await RelyingParty.register(server, { jwks: { keys: [keys.publicJwk] } }, world.browser);
      const claims = {
        iss: client.clientId,
        aud: server.issuer,
        exp: server.clock.now() + 60,
        client_id: client.clientId,
        response_type: 'code',
        redirect_uri: client.redirectUri,
        scope: 'openid',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      };
      const object =
        alg === 'none'
          ? new UnsecuredJWT(claims).encode()
          : await new SignJWT(claims)
              .setProtectedHeader({ alg })
              .sign(alg.startsWith('HS') ? new TextEncoder().encode(client.secret) : keys.privateKey);
      const answer = responseOf(await ask(world, client, { request: object }));
      return answer.get('error') ?? (answer.has('code') ? 'code' : 'nothing');
    };
    for (const alg of listed) expect([alg, await open(alg)]).toEqual([alg, 'code']);
    for (const alg of ['none', 'HS256'].filter((other) => !listed.includes(other)))
      expect([alg, await open(alg)]).toEqual([alg, 'invalid_request_object']);
    await expectNotRegistrable(world, 'request_object_signing_alg', 'none', {
      jwks: { keys: [(await keysFor('ES256')).publicJwk] },
    });
  },
};
