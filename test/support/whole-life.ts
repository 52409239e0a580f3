import * as client from 'openid-client';
import { signIn, TestBrowser } from './browser.js';
import { alice, testSecret } from './server.js';
import { authorize, clientSecret, messageWriter, redeem, refresh } from './story.js';

/** A password that nobody has. */
const mistyped = 'a mistyped password';

/**
 * Has a server with the story see every kind of secret: a whole life of tokens, and failures.
 * @returns the secrets, none of which may be found where they do not belong
 */
export async function liveWholeLife(url: string): Promise<string[]> {
  const config = await messageWriter(url);
  const browser = new TestBrowser(url);
  await signIn(browser, await browser.open('/login'), { ...alice, password: mistyped });

  const authorized = await authorize(config, browser);
  const tokens = await client.authorizationCodeGrant(config, authorized.response, {
    pkceCodeVerifier: authorized.verifier,
  });
  await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
  await client.tokenIntrospection(config, tokens.access_token);
  const { body: refreshed } = await refresh(url, tokens.refresh_token ?? '');
  await redeem(url, authorized);
  await redeem(url, { ...authorized, code: 'a-guessed-code' });
  await refresh(url, 'a-guessed-refresh-token');
  await fetch(`${url}/userinfo`, { headers: { authorization: 'Bearer a-guessed-access-token' } });
  await fetch(`${url}/userinfo?access_token=a-token-in-the-query`);
  await client.tokenRevocation(config, refreshed.refresh_token ?? '');
  await browser.open(`/logout?id_token_hint=${tokens.id_token}`);

  return [
    testSecret,
    alice.password,
    mistyped,
    clientSecret,
    Buffer.from(`message-writer:${clientSecret}`).toString('base64'),
    authorized.code,
    authorized.verifier,
    tokens.access_token,
    tokens.refresh_token,
    tokens.id_token,
    refreshed.access_token,
    refreshed.refresh_token,
    'a-guessed',
    'a-token-in-the-query',
    ...browser.cookies.values(),
  ].filter((secret) => secret !== undefined && secret.length > 8) as string[];
}

/** Those of the secrets that the text holds, also if they are encoded for a URL. */
export function secretsIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));
}
