import * as client from 'openid-client';
import { redirectUri } from '../support/authorization-requests.js';
import { walk } from '../support/walk.js';
import type { TestBrowser } from '../support/browser.js';
import { useServer } from '../support/server.js';
import { allTypesAllowed, registerAllowed } from '../support/response-types.js';
import { RelyingParty } from '../support/relying-party.js';

describe('openid-client with response types beyond code', () => {
  const server = useServer(allTypesAllowed);
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    ({ browser, writer } = await registerAllowed(server));
  });

  const configure = (use: (config: client.Configuration) => void): Promise<client.Configuration> =>
    writer.openidClient(use);

  it('openid-client takes an ID token', async () => {
    const config = await configure(client.useIdTokenResponseType);
    const nonce = client.randomNonce();
    const url = client.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: 'openid', nonce });

    const left = await walk(browser, url.href);

    expect(await client.implicitAuthentication(config, new URL(left.url), nonce)).toMatchObject({ nonce });
  });

  it('openid-client checks c_hash, and redeems the code of a hybrid response', async () => {
    const config = await configure(client.useCodeIdTokenResponseType);
    const expectedNonce = client.randomNonce();
    const expectedState = client.randomState();
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile',
      nonce: expectedNonce,
      state: expectedState,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });

    const left = await walk(browser, url.href);

    const tokens = await client.authorizationCodeGrant(config, new URL(left.url), {
      expectedNonce,
      expectedState,
      pkceCodeVerifier,
    });
    expect(tokens.claims()).toMatchObject({ nonce: expectedNonce });
  });
});
