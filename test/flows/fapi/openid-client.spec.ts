import { decodeProtectedHeader, generateKeyPair, type JWTPayload } from 'jose';
import * as openid from 'openid-client';
import type { Registration } from '../../../src/clients/client-registration.js';
import { type KeyPair, keyPair } from '../../support/assertions.js';
import { allow, signIn, TestBrowser } from '../../support/browser.js';
import { payloadOf } from '../../support/relying-party.js';
import { alice, contacts, messageWriter, useServer } from '../../support/server.js';

const redirectUri = messageWriter.redirect_uris[0] as string;

describe.each<[title: string, environment: Record<string, string>, own: Registration]>([
  ['of one client', {}, { eyrie_profile: 'fapi2' }],
  ['of all clients', { EYRIE_PROFILE: 'fapi2' }, {}],
])('FAPI 2.0 with openid-client, as the profile %s', (_title, environment, own) => {
  const server = useServer(environment);
  let subject: string;
  beforeAll(async () => {
    subject = await server.createUser(alice);
  });

  const configure = async (
    keys: KeyPair,
    registration: Registration = {},
    ...use: ((config: openid.Configuration) => void)[]
  ): Promise<openid.Configuration> => {
    const { alg: _alg, ...publicJwk } = keys.publicJwk;
    const { clientId } = await server.register({
      ...messageWriter,
      client_id: undefined,
      ...own,
      jwks: { keys: [publicJwk] },
      introspection_resources: [contacts.identifier],
      ...registration,
    });
    const { alg, kid = '' } = keys.publicJwk;
    return openid.discovery(
      new URL(server.issuer),
      clientId,
      { id_token_signed_response_alg: registration.id_token_signed_response_alg ?? 'ES256' },
      openid.PrivateKeyJwt(
        { key: keys.privateKey, kid },
        { [openid.modifyAssertion]: (header) => void (header.alg = alg) },
      ),
      { execute: [openid.allowInsecureRequests, ...use] },
    );
  };

  it.each(['ES256', 'PS256', 'Ed25519'])(
    'a client that registers no more than its keys gets DPoP-bound tokens by a pushed request, signing with %s',
    async (alg) => {
      const config = await configure(await keyPair(alg, 'key-1'));
      const DPoP = openid.getDPoPHandle(config, await generateKeyPair(alg, { extractable: true }));
      const verifier = openid.randomPKCECodeVerifier();
      const nonce = openid.randomNonce();
      const url = await openid.buildAuthorizationUrlWithPAR(
        config,
        {
          redirect_uri: redirectUri,
          scope: 'openid profile offline_access contacts.read',
          nonce,
          code_challenge: await openid.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        },
        { DPoP },
      );
      expect([...url.searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri']);
      const browser = new TestBrowser(server.issuer);
      const left = await allow(browser, await signIn(browser, await browser.open(url.href), alice));
      const checks = { pkceCodeVerifier: verifier, expectedNonce: nonce };
      const tokens = await openid.authorizationCodeGrant(config, new URL(left.url), checks, undefined, {
        DPoP,
      });

      expect(payloadOf(tokens.access_token).cnf).toEqual({ jkt: await DPoP.calculateThumbprint() });
      expect(decodeProtectedHeader(tokens.access_token).alg).toBe('ES256');
      expect(decodeProtectedHeader(tokens.id_token ?? '').alg).toBe('ES256');
      expect(await openid.fetchUserInfo(config, tokens.access_token, subject, { DPoP })).toMatchObject({
        name: 'Alice',
      });

      // Its refresh token stays what it is: with it, and with it again.
      for (let time = 0; time < 2; time++) {
        const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', {}, { DPoP });
        expect(refreshed.token_type).toBe('dpop');
        expect(refreshed.refresh_token ?? tokens.refresh_token).toBe(tokens.refresh_token);
      }
      await openid.tokenRevocation(config, tokens.refresh_token ?? '');
      expect(await openid.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
    },
  );

  it('a client acts for itself with a bound token', async () => {
    const config = await configure(await keyPair('ES256', 'key-1'), {
      redirect_uris: [],
      grant_types: ['client_credentials'],
      scope: 'contacts.read',
    });
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'));
    const { access_token: token } = await openid.clientCredentialsGrant(config, {}, { DPoP });

    expect((payloadOf(token) as JWTPayload & { cnf?: object }).cnf).toEqual({
      jkt: await DPoP.calculateThumbprint(),
    });
    await expect(openid.clientCredentialsGrant(config)).rejects.toMatchObject({
      error: 'invalid_dpop_proof',
    });
  });

  it('a client of Message Signing signs its request, and gets a signed response and signed introspection', async () => {
    const keys = await keyPair('PS256', 'key-1');
    const config = await configure(
      keys,
      { eyrie_profile: 'fapi2-message-signing' },
      openid.useJwtResponseMode,
    );
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'));
    const verifier = openid.randomPKCECodeVerifier();
    const now = server.clock.now();
    const signed = await openid.buildAuthorizationUrlWithJAR(
      config,
      {
        redirect_uri: redirectUri,
        scope: 'openid contacts.read',
        state: 'the state',
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      },
      { key: keys.privateKey, kid: 'key-1' },
      {
        [openid.modifyAssertion]: (header, payload) => {
          header.alg = 'PS256';
          Object.assign(payload, { iat: now, nbf: now, exp: now + 300 });
        },
      },
    );
    const url = await openid.buildAuthorizationUrlWithPAR(config, signed.searchParams, { DPoP });
    const browser = new TestBrowser(server.issuer);
    const left = await allow(browser, await signIn(browser, await browser.open(url.href), alice));
    expect([...new URL(left.url).searchParams.keys()]).toEqual(['response']);

    const checks = { pkceCodeVerifier: verifier, expectedState: 'the state' };
    const tokens = await openid.authorizationCodeGrant(config, new URL(left.url), checks, undefined, {
      DPoP,
    });
    expect(await openid.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true });
  });
});
