import { generate } from 'otplib';
import { type Shown, signIn, TestBrowser } from './browser.js';
import type { TestServer } from './server.js';
import { type Credentials, shows } from './walk.js';

/** An authenticator app that somebody has set up. */
export interface App {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

const stepSeconds = 30;

/**
 * The code that an app shows. The clock of the server is moved to the beginning of the next time step, so that it is the same one when
 * the code arrives.
 */
export function codeOf(server: TestServer, { secret }: Pick<App, 'secret'>, steps = 0): Promise<string> {
  const { clock } = server;
  clock.advance(stepSeconds - (clock.now() % stepSeconds));
  return generate({ secret, epoch: clock.now() + steps * stepSeconds });
}

/** The secret on a page that sets up an app. */
export const secretOn = (page: Shown): string =>
  (/id="secret">([A-Z2-7 ]+)</.exec(page.html)?.[1] ?? '').replaceAll(' ', '');

/** The codes on a page that shows new recovery codes. */
export const recoveryCodesOn = (page: Shown): string[] =>
  [...page.html.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code = '']) => code);

/** Enters the first code of the app whose secret a page shows. */
export async function confirmApp(server: TestServer, browser: TestBrowser, page: Shown): Promise<App> {
  const secret = secretOn(page);
  const shown = await browser.submit(page, { code: await codeOf(server, { secret }) });
  return { secret, recoveryCodes: recoveryCodesOn(shown) };
}

/** Sets up an authenticator app in the account, in a browser in which the user has just signed in. */
export async function setUpApp(server: TestServer, browser: TestBrowser): Promise<App> {
  const security = await browser.open('/account/security');
  const page = await browser.submit(security, { factor: 'one-time-code' });
  const app = await confirmApp(server, browser, page);
  // The code is used up: the next one is another.
  server.clock.advance(60);
  return app;
}

/** Signs in with the password, up to the page that asks for a second factor. */
export async function toSecondFactor(browser: TestBrowser, user: Credentials, page?: Shown): Promise<Shown> {
  const first = page ?? (await browser.open('/login'));
  if (!shows.signIn(first)) throw new Error(`no sign-in page: ${first.url}`);
  const next = await signIn(browser, first, user);
  if (!next.html.includes('name="progress"')) throw new Error(`no second factor asked: ${next.url}`);
  return next;
}
