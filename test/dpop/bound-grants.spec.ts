import type { Registration } from '../../src/clients/client-registration.js';
import { alice, useServer } from '../support/server.js';
import {
  type Answer,
  basic,
  expectRefusal,
  payloadOf,
  post,
  RelyingParty,
} from '../support/relying-party.js';
import { proof, type ProofKey, proofKey } from '../support/dpop-proofs.js';
import { redeem, refresh, send } from '../support/dpop-client.js';

const publicClient: Registration = { token_endpoint_auth_method: 'none' };
const redirectUri = 'https://writer.example.com/callback';

describe('G3 codes and refresh tokens bound by DPoP', () => {
  const server = useServer({}, { users: [alice] });
  let key: ProofKey;
  let other: ProofKey;

  beforeAll(async () => {
    key = await proofKey();
    other = await proofKey();
  });

  describe('dpop_jkt', () => {
    let writer: RelyingParty;
    beforeAll(async () => {
      writer = await RelyingParty.register(server);
    });

    it('dpop_jkt binds the code: only its key redeems it, and another attempt consumes nothing', async () => {
      const { code, verifier } = await writer.authorize({ dpop_jkt: key.thumbprint });
      const fields = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      };
      expectRefusal(await send(writer, fields), 400, 'invalid_grant');
      expectRefusal(await send(writer, fields, await proof(server, other)), 400, 'invalid_grant');
      const answer = await send(writer, fields, await proof(server, key));
      expect({ status: answer.status, type: answer.body.token_type }).toEqual({ status: 200, type: 'DPoP' });
      expect(payloadOf(answer.body.access_token).cnf).toEqual({ jkt: key.thumbprint });
    });

    it.each(['short', `${'x'.repeat(42)}=`, 'x'.repeat(44)])(
      'a dpop_jkt that is no thumbprint (%s) is invalid_request',
      async (thumbprint) => {
        await expect(writer.authorize({ dpop_jkt: thumbprint })).rejects.toThrow('error=invalid_request');
      },
    );

    it('dpop_jkt pushed with a proof of another key is invalid_request, and with that of its own is kept', async () => {
      const push = async (fields: Record<string, string>, signer: ProofKey): Promise<Answer> =>
        post(
          server,
          '/par',
          {
            response_type: 'code',
            redirect_uri: redirectUri,
            scope: 'openid',
            code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
            code_challenge_method: 'S256',
            ...fields,
          },
          {
            authorization: basic(writer.clientId, writer.secret),
            dpop: await proof(server, signer, {}, '/par'),
          },
        );
      expectRefusal(await push({ dpop_jkt: key.thumbprint }, other), 400, 'invalid_request');
      expect((await push({ dpop_jkt: key.thumbprint }, key)).status).toBe(201);
      expect((await push({ dpop_jkt: '' }, key)).status).toBe(201);
      expectRefusal(
        await post(
          server,
          '/par',
          { client_id: writer.clientId },
          {
            authorization: basic(writer.clientId, writer.secret),
            dpop: await proof(server, key),
          },
        ),
        400,
        'invalid_request',
      );
    });

    it('dpop_jkt is taken from the proof of a pushed request', async () => {
      const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
      const pushed = await post(
        server,
        '/par',
        {
          response_type: 'code',
          redirect_uri: redirectUri,
          scope: 'openid',
          code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
          code_challenge_method: 'S256',
        },
        { authorization: basic(writer.clientId, writer.secret), dpop: await proof(server, key, {}, '/par') },
      );
      const { code } = await writer.authorize({ request_uri: String(pushed.body.request_uri) });
      const fields = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      };
      expectRefusal(await send(writer, fields), 400, 'invalid_grant');
      expect((await send(writer, fields, await proof(server, key))).status).toBe(200);
    });
  });

  describe('refresh tokens', () => {
    it('refresh tokens of a public client are bound: another key or none gets invalid_grant, and revokes nothing', async () => {
      const app = await RelyingParty.register(server, publicClient);
      const first = (await redeem(app, {}, await proof(server, key))).body.refresh_token;
      expectRefusal(await refresh(app, first), 400, 'invalid_grant');
      expectRefusal(await refresh(app, first, await proof(server, other)), 400, 'invalid_grant');
      const second = (await refresh(app, first, await proof(server, key))).body.refresh_token;
      expect(second).not.toBe(first);

      server.clock.advance(11);
      expectRefusal(await refresh(app, first), 400, 'invalid_grant');
      expectRefusal(await refresh(app, second), 400, 'invalid_grant');
      const third = await refresh(app, second, await proof(server, key));
      expect({ status: third.status, type: third.body.token_type }).toEqual({ status: 200, type: 'DPoP' });
    });

    it('refresh tokens of a public client, rotated and replayed with the key, revoke the grant', async () => {
      const app = await RelyingParty.register(server, publicClient);
      const first = (await redeem(app, {}, await proof(server, key))).body.refresh_token;
      const second = (await refresh(app, first, await proof(server, key))).body.refresh_token;
      server.clock.advance(11);
      expectRefusal(await refresh(app, first, await proof(server, key)), 400, 'invalid_grant');
      expectRefusal(await refresh(app, second, await proof(server, key)), 400, 'invalid_grant');
    });

    it('refresh tokens of a public client that begins with DPoP later are bound from then on', async () => {
      const app = await RelyingParty.register(server, publicClient);
      const unbound = (await redeem(app)).body.refresh_token;
      const bound = await refresh(app, unbound, await proof(server, key));
      expect(bound.body.token_type).toBe('DPoP');
      expectRefusal(await refresh(app, bound.body.refresh_token), 400, 'invalid_grant');
    });

    it('refresh tokens of a confidential client are not bound: it may change its key', async () => {
      const writer = await RelyingParty.register(server);
      const first = await redeem(writer, {}, await proof(server, key));
      const second = await refresh(writer, first.body.refresh_token, await proof(server, other));
      expect(payloadOf(second.body.access_token).cnf).toEqual({ jkt: other.thumbprint });
      const third = await refresh(writer, second.body.refresh_token);
      expect({ status: third.status, type: third.body.token_type }).toEqual({ status: 200, type: 'Bearer' });
    });
  });
});
