import { authorizeUrl, redirectUri } from '../../support/authorization-requests.js';
import { responseOf } from '../../support/browser.js';
import { userinfoProof } from '../../support/dpop-proofs.js';
import { FapiClient } from '../../support/fapi-client.js';
import { encode, request } from '../../support/relying-party.js';
import { alice, useServer } from '../../support/server.js';

/** The modules of the conformance suite's plan `fapi2-security-profile-final-test-plan`, by what they ask of a server. */
describe('fapi2-security-profile-final', () => {
  const server = useServer({ EYRIE_PROFILE: 'fapi2' }, { users: [alice] });
  let client: FapiClient;
  let other: FapiClient;
  beforeAll(async () => {
    client = await FapiClient.register(server);
    other = await FapiClient.register(server);
    await client.tokens();
  });

  /** The status of a userinfo request by that key, with the token as the header has it. */
  const userinfo = async (authorization: string, token: string): Promise<number> => {
    const dpop = await userinfoProof(server, client.proofKey, token);
    return (await request(server, '/userinfo', { headers: { authorization, dpop } })).status;
  };
  const errorOf = (url: string): string | null => responseOf({ url } as never).get('error');

  const modules: Readonly<Record<string, () => Promise<void>>> = {
    'happy-flow': async () => {
      const { access_token: token } = await client.tokens();
      expect(await userinfo(`DPoP ${token}`, token)).toBe(200);
      const stolen = await userinfoProof(server, other.proofKey, token);
      const answer = await request(server, '/userinfo', {
        headers: { authorization: `DPoP ${token}`, dpop: stolen },
      });
      expect(answer.status).toBe(401);
    },
    'access-token-type-header-case-sensitivity': async () => {
      const { access_token: token } = await client.tokens();
      for (const scheme of ['dpop', 'DPOP', 'dPoP'])
        expect(await userinfo(`${scheme} ${token}`, token)).toBe(200);
    },
    'user-rejects-authentication': async () => {
      const { body } = await client.push({ fields: { prompt: 'consent' } });
      const query = encode({ client_id: client.clientId, request_uri: body['request_uri'] as string });
      const page = await client.browser.submit(await client.browser.open(`/authorize?${query}`), {
        decision: 'deny',
      });
      expect(Object.fromEntries(responseOf(page))).toMatchObject({
        error: 'access_denied',
        iss: server.issuer,
        state: 'the state',
      });
    },
    'ensure-authorization-request-without-state-success': async () => {
      const page = await client.walk(await client.push({ fields: { state: undefined } }));
      expect([...responseOf(page).keys()].toSorted()).toEqual(['code', 'iss']);
    },
    'ensure-authorization-request-without-nonce-success': async () => {
      expect((await client.redeem(await client.code({ fields: { nonce: undefined } }))).status).toBe(200);
    },
    'ensure-authorization-request-with-64-char-nonce-success': async () => {
      expect((await client.redeem(await client.code({ fields: { nonce: 'n'.repeat(64) } }))).status).toBe(
        200,
      );
    },
    'ensure-other-scope-order-succeeds': async () => {
      expect((await client.redeem(await client.code({ fields: { scope: 'profile openid' } }))).status).toBe(
        200,
      );
    },
    'ensure-authorization-request-with-long-state': async () => {
      const state = 's'.repeat(1_000);
      const page = await client.walk(await client.push({ fields: { state } }));
      expect(responseOf(page).get('state')).toBe(state);
    },
    'ensure-different-state-inside-and-outside-request-object': async () => {
      const page = await client.walk(await client.push(), { state: 'outside' });
      expect(responseOf(page).get('state')).toBe('the state');
    },
    'state-only-outside-request-object-not-used': async () => {
      const page = await client.walk(await client.push({ fields: { state: undefined } }), {
        state: 'outside',
      });
      expect(responseOf(page).get('state')).toBeNull();
    },
    'ensure-request-object-without-redirect-uri-fails': async () => {
      expect((await client.push({ fields: { redirect_uri: undefined } })).body.error).toBe('invalid_request');
    },
    'ensure-redirect-uri-in-authorization-request': async () => {
      const answer = await client.push({ fields: { redirect_uri: 'https://evil.example/callback' } });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    },
    'ensure-unsigned-authorization-request-without-using-par-fails': async () => {
      const { url } = await client.browser.open(authorizeUrl({ client_id: client.clientId }));
      expect(errorOf(url)).toBe('invalid_request');
    },
    'ensure-response-type-code-idtoken-fails': async () => {
      const answer = await client.push({ fields: { response_type: 'code id_token', nonce: 'n' } });
      expect(answer.body.error).toBe('unsupported_response_type');
    },
    'ensure-response-type-token-fails': async () => {
      expect((await client.push({ fields: { response_type: 'token' } })).body.error).toBe(
        'unsupported_response_type',
      );
    },
    'ensure-client-id-in-token-endpoint': async () => {
      const code = await client.code();
      const foreign = await client.redeem(code, { fields: { client_id: other.clientId } });
      expect([foreign.status, foreign.body.error]).toEqual([400, 'invalid_request']);
      expect((await client.redeem(code, { fields: { client_id: client.clientId } })).status).toBe(200);
    },
    'ensure-holder-of-key-required': async () => {
      expect((await client.redeem(await client.code(), { dpop: null })).body.error).toBe(
        'invalid_dpop_proof',
      );
    },
    'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt': async () => {
      const answer = await client.redeem(await client.code(), { provenBy: other.proofKey });
      expect(answer.body.error).toBe('invalid_grant');
    },
    'ensure-authorization-code-is-bound-to-client': async () => {
      expect((await other.redeem(await client.code())).body.error).toBe('invalid_grant');
    },
    'attempt-reuse-authorization-code-after-one-second': async () => {
      const code = await client.code();
      await client.redeem(code);
      server.clock.advance(1);
      expect((await client.redeem(code)).body.error).toBe('invalid_grant');
    },
    'ensure-token-endpoint-fails-with-expired-auth-code': async () => {
      const code = await client.code();
      server.clock.advance(60);
      expect((await client.redeem(code)).body.error).toBe('invalid_grant');
    },
    'refresh-token': async () => {
      const { refresh_token: token } = await client.tokens();
      const again = await client.refresh(token);
      expect([again.status, again.body.refresh_token ?? token]).toEqual([200, token]);
      expect((await other.refresh(token)).body.error).toBe('invalid_grant');
      expect((await client.refresh(token)).status).toBe(200);
    },
    'par-ensure-reused-request-uri-prior-to-auth-completion-succeeds': async () => {
      const pushed = await client.push({ fields: { prompt: 'login' } });
      const query = encode({ client_id: client.clientId, request_uri: pushed.body['request_uri'] as string });
      await client.browser.open(`/authorize?${query}`);
      expect(responseOf(await client.walk(pushed)).get('code')).not.toBeNull();
    },
    'par-attempt-reuse-request_uri': async () => {
      const pushed = await client.push();
      await client.walk(pushed);
      server.clock.advance(60);
      expect((await client.walk(pushed)).status).toBe(400);
    },
    'par-attempt-to-use-expired-request_uri': async () => {
      const pushed = await client.push();
      server.clock.advance((pushed.body['expires_in'] as number) + 1);
      expect(pushed.body['expires_in']).toBeLessThan(600);
      expect((await client.walk(pushed)).status).toBe(400);
    },
    'par-attempt-to-use-request_uri-for-different-client': async () => {
      expect((await client.walk(await client.push(), { client_id: other.clientId })).status).toBe(400);
    },
    'par-authorization-request-containing-request_uri-form-param': async () => {
      const { body } = await client.push();
      const answer = await client.push({ fields: { request_uri: body['request_uri'] as string } });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    },
    'par-attempt-invalid-http-method': async () => {
      for (const method of ['GET', 'PUT', 'DELETE'])
        expect((await request(server, '/par', { method })).status).toBe(405);
    },
    'par-ensure-pkce-required': async () => {
      const fields = { code_challenge: undefined, code_challenge_method: undefined };
      expect((await client.push({ fields })).body.error).toBe('invalid_request');
    },
    'par-plain-pkce-rejected': async () => {
      expect((await client.push({ fields: { code_challenge_method: 'plain' } })).body.error).toBe(
        'invalid_request',
      );
    },
    'ensure-pkce-code-verifier-required': async () => {
      const answer = await client.redeem(await client.code(), { fields: { code_verifier: undefined } });
      expect(answer.body.error).toBe('invalid_grant');
    },
    'incorrect-pkce-code-verifier-rejected': async () => {
      const answer = await client.redeem(await client.code(), { fields: { code_verifier: 'v'.repeat(43) } });
      expect(answer.body.error).toBe('invalid_grant');
    },
    'par-without-duplicate-parameters': async () => {
      const { body } = await client.push();
      const query = encode({ client_id: client.clientId, request_uri: body['request_uri'] as string });
      const page = await client.browser.open(`/authorize?${query}`);
      expect(page.url.startsWith(`${redirectUri}?`)).toBe(true);
    },
    'ensure-signed-client-assertion-with-RS256-fails': async () => {
      expect((await client.push({ keys: client.rsa })).status).toBe(401);
    },
    'ensure-client-assertion-iat-10-seconds-in-the-future-succeeds': async () => {
      expect((await client.push({ assertion: { iat: server.clock.now() + 10 } })).status).toBe(201);
    },
    'ensure-authorization-code-binding-by-dpop_jkt-succeeds': async () => {
      const code = await client.code({ fields: { dpop_jkt: client.proofKey.thumbprint }, dpop: null });
      expect((await client.redeem(code)).status).toBe(200);
    },
  };

  it.each(Object.keys(modules))('%s', async (module) => {
    await expect(modules[module]?.()).resolves.toBeUndefined();
  });
});
