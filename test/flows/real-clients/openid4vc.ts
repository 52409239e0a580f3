import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  type AuthorizationServerMetadata,
  type CallbackContext,
  type ClientAuthenticationCallback,
  clientAuthenticationClientSecretBasic,
  clientAuthenticationNone,
  type Jwk,
  Oauth2Client,
  Oauth2ClientErrorResponseError,
  setGlobalConfig,
} from '@openid4vc/oauth2';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Identity, Library } from './real-client.js';

setGlobalConfig({ allowInsecureUrls: true });

/** The wallets' library (OpenWallet Foundation): not by the author of the other two, and with PAR, DPoP and `iss` of its own making. */
export const openid4vc: Library = {
  name: '@openid4vc/oauth2',

  async connect(issuer, identity, { redirectUri, scope, pushed, bound }) {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const publicJwk = (await exportJWK(publicKey)) as Jwk;
    const client = new Oauth2Client({ callbacks: callbacks(identity, issuer, privateKey, publicJwk) });
    const discovered = (await client.fetchAuthorizationServerMetadata(issuer))!;
    const dpop = bound ? { signer: { method: 'jwk' as const, alg: 'ES256', publicJwk } } : undefined;
    // It pushes wherever it can: to see it not push, it must not know the endpoint.
    const { pushed_authorization_request_endpoint: _unknown, ...others } = discovered;
    const as = (pushed ? discovered : others) as AuthorizationServerMetadata;
    const state = randomUUID();
    let verifier: string | undefined;
    return {
      async authorizationUrl() {
        const begun = await client.createAuthorizationRequestUrl({
          authorizationServerMetadata: as,
          clientId: identity.clientId,
          redirectUri,
          scope,
          state,
          dpop,
        });
        verifier = begun.pkce?.codeVerifier;
        return begun.authorizationRequestUrl;
      },
      async redeem(callback) {
        const response = client.parseAuthorizationResponseRedirectUrl({ url: callback });
        client.verifyAuthorizationResponse({
          authorizationServerMetadata: as,
          authorizationResponse: response,
        });
        if (response.state !== state || response.code === undefined) throw new Error(`no code: ${callback}`);
        const { accessTokenResponse } = await client.retrieveAuthorizationCodeAccessToken({
          authorizationServerMetadata: as,
          authorizationCode: response.code,
          pkceCodeVerifier: verifier,
          redirectUri,
          dpop,
        });
        return accessTokenResponse;
      },
      async refresh(refreshToken) {
        try {
          const { accessTokenResponse } = await client.retrieveRefreshTokenAccessToken({
            authorizationServerMetadata: as,
            refreshToken,
            dpop,
          });
          return accessTokenResponse;
        } catch (error) {
          if (error instanceof Oauth2ClientErrorResponseError)
            throw Object.assign(error, error.errorResponse);
          throw error;
        }
      },
      async userinfo(tokens) {
        const { ok, response } = await client.resourceRequest({
          url: discovered.userinfo_endpoint as string,
          accessToken: tokens.access_token,
          requestOptions: { method: 'GET' },
          callbacks: callbacks(identity, issuer, privateKey, publicJwk),
          dpop,
        });
        if (!ok) throw Object.assign(new Error('userinfo was refused'), { status: response.status });
        return (await response.json()) as Record<string, unknown>;
      },
    };
  },
};

/** What it leaves to its user: hashing, randomness, signatures, and the client's authentication. */
function callbacks(
  identity: Identity,
  issuer: string,
  privateKey: CryptoKey,
  publicJwk: Jwk,
): Omit<CallbackContext, 'decryptJwe' | 'encryptJwe' | 'verifyJwt'> {
  return {
    hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
    generateRandom: (length) => randomBytes(length),
    signJwt: async (_signer, { header, payload }) => ({
      jwt: await new SignJWT(payload).setProtectedHeader(header).sign(privateKey),
      signerJwk: publicJwk,
    }),
    clientAuthentication: authentication(identity, issuer),
  };
}

function authentication(
  { clientId, method, secret = '', key }: Identity,
  issuer: string,
): ClientAuthenticationCallback {
  if (method === 'none') return clientAuthenticationNone({ clientId });
  if (method === 'client_secret_basic')
    return clientAuthenticationClientSecretBasic({ clientId, clientSecret: secret });
  return async ({ body }) => {
    body.client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    body.client_assertion = await new SignJWT({
      iss: clientId,
      sub: clientId,
      aud: issuer,
      jti: randomUUID(),
    })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuedAt()
      .setExpirationTime('1 min')
      .sign(key!);
  };
}
