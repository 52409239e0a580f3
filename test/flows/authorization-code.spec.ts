import * as client from 'openid-client';
import { allow, signIn, TestBrowser } from '../support/browser.js';
import { alice, contacts, messageWriter, useServer } from '../support/server.js';

describe('The authorization code flow, as openid-client walks it', () => {
  const server = useServer();
  let subject: string;
  const redirectUri = 'https://writer.example.com/callback';

  beforeAll(async () => {
    subject = await server.createUser(alice);
  });

  const methods = [
    ['client_secret_basic', (secret: string) => client.ClientSecretBasic(secret)],
    ['client_secret_post', (secret: string) => client.ClientSecretPost(secret)],
    ['none', () => client.None()],
  ] as const;

  it.each(methods)(
    'a client with %s gets tokens, calls userinfo, refreshes, and is cut off by a withdrawal',
    async (method, authentication) => {
      const { clientId, secret } = await server.register({
        ...messageWriter,
        client_id: `writer-${method}`,
        token_endpoint_auth_method: method,
      });
      const config = await client.discovery(
        new URL(server.issuer),
        clientId,
        undefined,
        authentication(secret),
        {
          execute: [client.allowInsecureRequests],
        },
      );
      const verifier = client.randomPKCECodeVerifier();
      const state = client.randomState();
      const nonce = client.randomNonce();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: messageWriter.scope,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });

      const browser = new TestBrowser(server.issuer);
      const signInPage = await browser.open(url.href);
      expect(signInPage.html).toContain('MessageWriter');
      const consentPage = await signIn(browser, signInPage, alice);
      expect(consentPage.html).toContain('Read your contacts');
      const left = await allow(browser, consentPage);

      const tokens = await client.authorizationCodeGrant(config, new URL(left.url), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
      });
      expect(tokens.claims()).toMatchObject({ iss: server.issuer, sub: subject, aud: clientId, nonce });
      expect(tokens.refresh_token).toBeDefined();

      const userinfo = await client.fetchUserInfo(config, tokens.access_token, subject);
      expect(userinfo).toMatchObject({
        sub: subject,
        name: 'Alice',
        email: 'alice@example.com',
        preferred_username: 'alice',
      });

      const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
      expect(refreshed.access_token).not.toBe(tokens.access_token);
      expect(refreshed.claims()).toMatchObject({ sub: subject });

      const account = await browser.open('/account');
      expect(account.html).toContain('MessageWriter');
      await browser.submit(account, { client_id: clientId });
      await expect(client.fetchUserInfo(config, refreshed.access_token, subject)).rejects.toMatchObject({
        status: 401,
      });
      await expect(client.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      });
    },
  );

  it('an access token is a JWT for the resource whose scope was granted, and introspection tells the same', async () => {
    const { clientId, secret } = await server.register({
      client_name: 'Robot',
      grant_types: ['client_credentials'],
      scope: 'contacts.read',
    });
    const config = await client.discovery(
      new URL(server.issuer),
      clientId,
      undefined,
      client.ClientSecretBasic(secret),
      {
        execute: [client.allowInsecureRequests],
      },
    );
    const tokens = await client.clientCredentialsGrant(config, { scope: 'contacts.read' });
    const introspected = await client.tokenIntrospection(config, tokens.access_token);
    expect(introspected).toMatchObject({
      active: true,
      aud: contacts.identifier,
      client_id: clientId,
      sub: clientId,
      scope: 'contacts.read',
    });
    await client.tokenRevocation(config, tokens.access_token);
    await expect(client.tokenIntrospection(config, tokens.access_token)).resolves.toEqual({ active: false });
  });
});
