import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { generateKeyPair } from 'jose';
import type { Registration } from '../../src/clients/client-registration.js';
import { allow, signIn, TestBrowser } from '../support/browser.js';
import { alice, contacts, useServer } from '../support/server.js';
import { expectRefusal, payloadOf, RelyingParty, request } from '../support/relying-party.js';
import { proof, type ProofKey, proofKey } from '../support/dpop-proofs.js';
import { redeem, refresh, send } from '../support/dpop-client.js';

const publicClient: Registration = { token_endpoint_auth_method: 'none' };
const redirectUri = 'https://writer.example.com/callback';

describe('G3 DPoP', () => {
  const server = useServer();
  let subject: string;
  let key: ProofKey;

  beforeAll(async () => {
    subject = await server.createUser(alice);
    key = await proofKey();
  });

  describe('with real clients', () => {
    it.each(['ES256', 'RS256', 'PS256', 'Ed25519'])(
      'openid-client gets bound tokens by a pushed request, asks userinfo and refreshes, with a key for %s',
      async (alg) => {
        const { clientId } = await server.register({ ...publicRegistration(), client_id: `oc-${alg}` });
        const config = await openid.discovery(new URL(server.issuer), clientId, undefined, openid.None(), {
          execute: [openid.allowInsecureRequests],
        });
        expect(config.serverMetadata().dpop_signing_alg_values_supported).toContain(alg);
        const DPoP = openid.getDPoPHandle(config, await generateKeyPair(alg, { extractable: true }));
        const verifier = openid.randomPKCECodeVerifier();
        const state = openid.randomState();
        const url = await openid.buildAuthorizationUrlWithPAR(
          config,
          {
            redirect_uri: redirectUri,
            scope: 'openid profile offline_access',
            state,
            code_challenge: await openid.calculatePKCECodeChallenge(verifier),
            code_challenge_method: 'S256',
          },
          { DPoP },
        );
        const browser = new TestBrowser(server.issuer);
        const left = await allow(browser, await signIn(browser, await browser.open(url.href), alice));
        const tokens = await openid.authorizationCodeGrant(
          config,
          new URL(left.url),
          { pkceCodeVerifier: verifier, expectedState: state },
          undefined,
          { DPoP },
        );
        expect(tokens.token_type).toBe('dpop');
        expect(payloadOf(tokens.access_token).cnf).toEqual({ jkt: await DPoP.calculateThumbprint() });
        const claims = await openid.fetchUserInfo(config, tokens.access_token, subject, { DPoP });
        expect(claims.name).toBe('Alice');
        const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, {
          DPoP,
        });
        expect(refreshed.token_type).toBe('dpop');
        await expect(openid.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
          error: 'invalid_grant',
        });
      },
    );

    it('oauth4webapi gets a bound token for itself, whose introspection names its key', async () => {
      const { clientId, secret } = await server.register({
        grant_types: ['client_credentials'],
        scope: 'contacts.read',
        introspection_resources: [contacts.identifier],
      });
      const insecure = { [oauth.allowInsecureRequests]: true };
      const issuer = new URL(server.issuer);
      const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
      const client: oauth.Client = { client_id: clientId };
      const auth = oauth.ClientSecretBasic(secret);
      const DPoP = oauth.DPoP(client, await generateKeyPair('ES256', { extractable: true }));
      const tokens = await oauth.processClientCredentialsResponse(
        as,
        client,
        await oauth.clientCredentialsGrantRequest(as, client, auth, {}, { DPoP, ...insecure }),
      );
      expect(tokens.token_type).toBe('dpop');
      const introspected = await oauth.processIntrospectionResponse(
        as,
        client,
        await oauth.introspectionRequest(as, client, auth, tokens.access_token, insecure),
      );
      expect(introspected).toMatchObject({
        active: true,
        token_type: 'DPoP',
        cnf: { jkt: await DPoP.calculateThumbprint() },
      });
    });
  });

  it.each(['jwt', 'opaque'])(
    'a bound %s token is introspected with its key, and a bearer token without',
    async (format) => {
      const writer = await RelyingParty.register(server, { access_token_format: format });
      const bound = await redeem(writer, {}, await proof(server, key));
      expect(bound.body.token_type).toBe('DPoP');
      expect((await writer.introspect(bound.body.access_token)).body).toMatchObject({
        active: true,
        token_type: 'DPoP',
        cnf: { jkt: key.thumbprint },
      });
      const bearer = await redeem(writer);
      expect(bearer.body.token_type).toBe('Bearer');
      const introspected = (await writer.introspect(bearer.body.access_token)).body;
      expect(introspected).toMatchObject({ active: true, token_type: 'Bearer' });
      expect(introspected).not.toHaveProperty('cnf');
    },
  );

  it('dpop_bound_access_tokens: without a proof nothing is issued nor consumed, at any grant type', async () => {
    const bound = await RelyingParty.register(server, {
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      dpop_bound_access_tokens: true,
    });
    const { code, verifier } = await bound.authorize();
    const fields = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    };
    expectRefusal(await send(bound, fields), 400, 'invalid_dpop_proof');
    const tokens = (await send(bound, fields, await proof(server, key))).body;
    expectRefusal(await refresh(bound, tokens.refresh_token), 400, 'invalid_dpop_proof');
    expect((await refresh(bound, tokens.refresh_token, await proof(server, key))).status).toBe(200);
    expectRefusal(await send(bound, { grant_type: 'client_credentials' }), 400, 'invalid_dpop_proof');
  });

  it('a page on another origin may send proofs, and read nonces', async () => {
    const answer = await request(server, '/token', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
    });
    expect(answer.headers.get('access-control-allow-headers')).toContain('dpop');
    expect(answer.headers.get('access-control-expose-headers')).toContain('dpop-nonce');
  });
});

function publicRegistration(): Registration {
  return {
    ...publicClient,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid profile offline_access',
  };
}
