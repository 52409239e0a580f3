import { allow, type Shown, signIn, TestBrowser } from './browser.js';
import { alice, type TestServer } from './server.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Which of our pages a browser shows. */
export const shows = {
  signIn: (page: Shown): boolean => page.html.includes('name="password"'),
  consent: (page: Shown): boolean => page.html.includes('id="allow"'),
  selectAccount: (page: Shown): boolean => page.html.includes('name="choice"'),
};

/** A browser in which a user is signed in. */
export async function signedInBrowser(server: TestServer, user: Credentials = alice): Promise<TestBrowser> {
  const browser = new TestBrowser(server.issuer);
  const page = await signIn(browser, await browser.open('/login'), user);
  if (!page.url.endsWith('/account')) throw new Error(`not signed in: ${page.status} ${page.url}`);
  return browser;
}

/** Signs in and allows, where these pages come up, until the browser leaves for the client. */
export async function walk(browser: TestBrowser, url: string, user: Credentials = alice): Promise<Shown> {
  let page = await browser.open(url);
  if (shows.signIn(page)) page = await signIn(browser, page, user);
  if (shows.consent(page)) page = await allow(browser, page);
  return page;
}

/** Chooses an account on the page that asks for one: the first, unless a username says which. */
export async function chooseAccount(browser: TestBrowser, page: Shown, username?: string): Promise<Shown> {
  const offered = [
    ...page.html.matchAll(/name="choice" value="([^"]+)"[\s\S]*?choice-detail"><bdi>([^<]+)</g),
  ];
  const chosen = offered.find(([, , name]) => username === undefined || name === username);
  if (!chosen) throw new Error(`no account ${username ?? ''} at ${page.url}`);
  return browser.submit(page, { choice: chosen[1] ?? '' });
}
