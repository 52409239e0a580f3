import { generateKeyPair } from 'jose';
import * as openid from 'openid-client';
import type { Identity, Library } from './real-client.js';

/** By http, and checking signatures all the same. */
const insecure = { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] };

export const openidClient: Library = {
  name: 'openid-client',

  async connect(issuer, identity, { redirectUri, scope, pushed, bound }) {
    const config = await openid.discovery(
      new URL(issuer),
      identity.clientId,
      undefined,
      authentication(identity),
      insecure,
    );
    const options = bound ? { DPoP: openid.getDPoPHandle(config, await generateKeyPair('ES256')) } : {};
    const verifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    return {
      async authorizationUrl() {
        const parameters = {
          redirect_uri: redirectUri,
          scope,
          state,
          code_challenge: await openid.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        };
        const url = pushed
          ? await openid.buildAuthorizationUrlWithPAR(config, parameters, options)
          : openid.buildAuthorizationUrl(config, parameters);
        return url.href;
      },
      redeem: (callback) =>
        openid.authorizationCodeGrant(
          config,
          new URL(callback),
          { pkceCodeVerifier: verifier, expectedState: state },
          undefined,
          options,
        ),
      refresh: (refreshToken) => openid.refreshTokenGrant(config, refreshToken, undefined, options),
      userinfo: (tokens, subject) => openid.fetchUserInfo(config, tokens.access_token, subject, options),
      async device() {
        const codes = await openid.initiateDeviceAuthorization(config, { scope });
        return {
          userCode: codes.user_code,
          tokens: () =>
            openid.pollDeviceAuthorizationGrant(config, { ...codes, interval: 0 }, undefined, options),
        };
      },
      signOutUrl: (idToken, returnTo, back) =>
        openid.buildEndSessionUrl(config, {
          id_token_hint: idToken,
          post_logout_redirect_uri: returnTo,
          state: back,
        }).href,
    };
  },

  async register(issuer, metadata) {
    const config = await openid.dynamicClientRegistration(new URL(issuer), metadata, undefined, insecure);
    const { client_id: clientId, client_secret: secret } = config.clientMetadata();
    return { clientId, secret: secret as string, method: 'client_secret_basic' };
  },
};

function authentication({ method, secret, key }: Identity): openid.ClientAuth {
  if (method === 'none') return openid.None();
  return method === 'private_key_jwt' ? openid.PrivateKeyJwt(key!) : openid.ClientSecretBasic(secret);
}
