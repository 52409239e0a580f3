import * as client from 'openid-client';
import { authorizeUrl, redirectUri } from '../support/authorization-requests.js';
import { signedInBrowser, walk } from '../support/walk.js';
import type { TestBrowser } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';
import { responseTypes } from '../../src/protocol/response-type.js';

const tokenTypes = responseTypes.slice(1);
const registration = {
  grant_types: ['authorization_code', 'implicit', 'refresh_token'],
  response_types: [...responseTypes],
};

describe('openid-client with response types beyond code', () => {
  const server = useServer({ EYRIE_RESPONSE_TYPES: tokenTypes.join(', ') });
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    await server.createUser(alice);
    browser = await signedInBrowser(server);
    writer = await RelyingParty.register(server, registration, browser);
    await walk(browser, authorizeUrl({ client_id: writer.clientId, scope: messageWriter.scope }));
  });

  const configure = (use: (config: client.Configuration) => void): Promise<client.Configuration> =>
    client.discovery(
      new URL(server.issuer),
      writer.clientId,
      undefined,
      client.ClientSecretBasic(writer.secret),
      { execute: [client.allowInsecureRequests, use] },
    );

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
