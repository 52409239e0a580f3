import { generateKeyPair } from 'jose';
import * as oauth from 'oauth4webapi';
import type { Identity, Library } from './real-client.js';

const insecure = { [oauth.allowInsecureRequests]: true };

export const oauth4webapi: Library = {
  name: 'oauth4webapi',

  async connect(issuer, identity, { redirectUri, scope, pushed, bound }) {
    const as = await discover(issuer);
    const client: oauth.Client = { client_id: identity.clientId };
    const auth = authentication(identity);
    const DPoP = bound ? oauth.DPoP(client, await generateKeyPair('ES256')) : undefined;
    const options = { DPoP, ...insecure };
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    return {
      async authorizationUrl() {
        const parameters = {
          client_id: client.client_id,
          response_type: 'code',
          redirect_uri: redirectUri,
          scope,
          state,
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        };
        const url = new URL(as.authorization_endpoint!);
        if (!pushed) {
          url.search = new URLSearchParams(parameters).toString();
          return url.href;
        }
        const response = await oauth.pushedAuthorizationRequest(as, client, auth, parameters, options);
        const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, response);
        url.search = new URLSearchParams({ client_id: client.client_id, request_uri }).toString();
        return url.href;
      },
      async redeem(callback) {
        const parameters = oauth.validateAuthResponse(as, client, new URL(callback), state);
        return oauth.processAuthorizationCodeResponse(
          as,
          client,
          await oauth.authorizationCodeGrantRequest(
            as,
            client,
            auth,
            parameters,
            redirectUri,
            verifier,
            options,
          ),
          { requireIdToken: true },
        );
      },
      refresh: async (refreshToken) =>
        oauth.processRefreshTokenResponse(
          as,
          client,
          await oauth.refreshTokenGrantRequest(as, client, auth, refreshToken, options),
        ),
      userinfo: async (tokens, subject) =>
        oauth.processUserInfoResponse(
          as,
          client,
          subject,
          await oauth.userInfoRequest(as, client, tokens.access_token, options),
        ),
      async device() {
        const response = await oauth.deviceAuthorizationRequest(as, client, auth, { scope }, options);
        const codes = await oauth.processDeviceAuthorizationResponse(as, client, response);
        return {
          userCode: codes.user_code,
          tokens: async () =>
            oauth.processDeviceCodeResponse(
              as,
              client,
              await oauth.deviceCodeGrantRequest(as, client, auth, codes.device_code, options),
            ),
        };
      },
      signOutUrl(idToken, returnTo, back) {
        const parameters = { id_token_hint: idToken, post_logout_redirect_uri: returnTo, state: back };
        return `${as.end_session_endpoint}?${new URLSearchParams(parameters).toString()}`;
      },
    };
  },

  async register(issuer, metadata) {
    const as = await discover(issuer);
    const registered = await oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(as, metadata, insecure),
    );
    return {
      clientId: registered.client_id,
      secret: registered.client_secret as string,
      method: 'client_secret_basic',
    };
  },
};

async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
}

function authentication({ method, secret, key }: Identity): oauth.ClientAuth {
  if (method === 'none') return oauth.None();
  return method === 'private_key_jwt' ? oauth.PrivateKeyJwt(key!) : oauth.ClientSecretBasic(secret!);
}
