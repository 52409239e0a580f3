import {
  createPrivateKeyJwtAuth,
  discoverAuthorizationServerMetadata,
  DpopSession,
  exchangeAuthorization,
  OAuthError,
  refreshAuthorization,
  registerClient,
  startAuthorization,
} from '@modelcontextprotocol/client';
import { exportJWK } from 'jose';
import type { Identity, Library } from './real-client.js';

/** The client of the Model Context Protocol, which registers itself wherever it comes; it pushes no requests. */
export const modelContext: Library = {
  name: '@modelcontextprotocol/client',

  async connect(issuer, identity, { redirectUri, scope, bound }) {
    const metadata = await discoverAuthorizationServerMetadata(issuer);
    const dpop = bound ? await DpopSession.create() : undefined;
    const common = {
      metadata,
      clientInformation: { client_id: identity.clientId, client_secret: identity.secret },
      ...(identity.key ? { addClientAuthentication: await authentication(identity, issuer) } : {}),
      dpop,
    };
    const state = crypto.randomUUID();
    let codeVerifier = '';
    return {
      async authorizationUrl() {
        const begun = await startAuthorization(issuer, { ...common, redirectUrl: redirectUri, scope, state });
        ({ codeVerifier } = begun);
        return begun.authorizationUrl.href;
      },
      async redeem(callback) {
        const { searchParams } = new URL(callback);
        if (searchParams.get('state') !== state) throw new Error(`not its state: ${callback}`);
        return exchangeAuthorization(issuer, {
          ...common,
          authorizationCode: searchParams.get('code') ?? '',
          iss: searchParams.get('iss') ?? undefined,
          codeVerifier,
          redirectUri,
        });
      },
      async refresh(refreshToken) {
        try {
          return await refreshAuthorization(issuer, { ...common, refreshToken });
        } catch (error) {
          if (error instanceof OAuthError) throw Object.assign(error, { error: error.code });
          throw error;
        }
      },
      async userinfo({ access_token: accessToken }) {
        const url = `${issuer}/userinfo`;
        const headers = new Headers({ authorization: `${dpop ? 'DPoP' : 'Bearer'} ${accessToken}` });
        if (dpop) headers.set('dpop', await dpop.buildProof({ htm: 'GET', htu: url, accessToken }));
        const response = await fetch(url, { headers });
        if (!response.ok) throw Object.assign(new Error('userinfo was refused'), { status: response.status });
        return (await response.json()) as Record<string, unknown>;
      },
    };
  },

  async register(issuer, { redirect_uris = [], ...others }) {
    const registered = await registerClient(issuer, {
      metadata: await discoverAuthorizationServerMetadata(issuer),
      clientMetadata: { redirect_uris: [redirect_uris].flat(), ...others },
    });
    return {
      clientId: registered.client_id,
      secret: registered.client_secret,
      method: 'client_secret_basic',
    };
  },
};

async function authentication(
  { clientId, key }: Identity,
  issuer: string,
): Promise<ReturnType<typeof createPrivateKeyJwtAuth>> {
  const privateKey = (await exportJWK(key!)) as Record<string, unknown>;
  return createPrivateKeyJwtAuth({
    issuer: clientId,
    subject: clientId,
    privateKey,
    alg: 'ES256',
    audience: issuer,
  });
}
