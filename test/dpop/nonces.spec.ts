import * as openid from 'openid-client';
import { alice, useServer } from '../support/server.js';
import { type Answer, basic, expectRefusal, post, RelyingParty, request } from '../support/relying-party.js';
import { proof, type ProofKey, proofKey, userinfoProof } from '../support/dpop-proofs.js';

const redirectUri = 'https://writer.example.com/callback';

describe('G3 DPoP with nonces (EYRIE_DPOP_NONCE=on)', () => {
  const server = useServer({ EYRIE_DPOP_NONCE: 'on' }, { users: [alice] });
  beforeAll(() => server.clock.hold());
  let writer: RelyingParty;
  let key: ProofKey;

  beforeAll(async () => {
    writer = await RelyingParty.register(server, {
      grant_types: ['authorization_code', 'client_credentials'],
    });
    key = await proofKey();
  });

  const send = async (nonce: unknown): Promise<Answer> =>
    post(
      server,
      '/token',
      { grant_type: 'client_credentials' },
      {
        authorization: basic(writer.clientId, writer.secret),
        dpop: await proof(server, key, { claims: { nonce } }),
      },
    );
  const nonceOf = ({ headers }: Answer): string => headers.get('dpop-nonce') ?? '';

  it('openid-client gets a token where a nonce is required', async () => {
    const config = await writer.openidClient();
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'));
    const tokens = await openid.clientCredentialsGrant(config, undefined, { DPoP });
    expect(tokens.token_type).toBe('dpop');
  });

  it.each([
    ['no nonce', undefined],
    ['an empty one', ''],
    ['one of its own', 'nonce'],
  ])('a proof with %s gets use_dpop_nonce and the nonce to use', async (_title, nonce) => {
    const answer = await send(nonce);
    expectRefusal(answer, 400, 'use_dpop_nonce');
    expect((await send(nonceOf(answer))).status).toBe(200);
  });

  it('a nonce goes on for a while after there is a newer one, which responses name, and then no more', async () => {
    // At the beginning of the time in which a nonce is current.
    server.clock.advance(300 - (server.clock.now() % 300));
    const first = nonceOf(await send(undefined));
    server.clock.advance(300);
    const answer = await send(first);
    expect(answer.status).toBe(200);
    const second = nonceOf(answer);
    expect(second).not.toBe(first);
    server.clock.advance(300);
    expectRefusal(await send(first), 400, 'use_dpop_nonce');
    expect((await send(second)).status).toBe(200);
  });

  it('a request without a proof gets no nonce', async () => {
    const answer = await writer.token({ grant_type: 'client_credentials' });
    expect({ status: answer.status, nonce: answer.headers.get('dpop-nonce') }).toEqual({
      status: 200,
      nonce: null,
    });
  });

  it('userinfo requires a nonce by 401, and accepts the token with it', async () => {
    const { code, verifier } = await writer.authorize();
    const nonce = nonceOf(await send(undefined));
    const { body } = await post(
      server,
      '/token',
      { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
      {
        authorization: basic(writer.clientId, writer.secret),
        dpop: await proof(server, key, { claims: { nonce } }),
      },
    );
    const ask = async (claims: Record<string, unknown>): Promise<Answer> =>
      request(server, '/userinfo', {
        headers: {
          authorization: `DPoP ${body.access_token}`,
          dpop: await userinfoProof(server, key, body.access_token, { claims }),
        },
      });
    const refused = await ask({});
    expectRefusal(refused, 401, 'use_dpop_nonce');
    expect(refused.headers.get('www-authenticate')).toContain('DPoP realm="eyrie", error="use_dpop_nonce"');
    expect((await ask({ nonce: nonceOf(refused) })).status).toBe(200);
  });
});
