import type { Shown, TestBrowser } from './browser.js';
import { RelyingParty } from './relying-party.js';
import type { TestServer } from './server.js';
import { signedInBrowser } from './walk.js';

export const returnTo = 'https://writer.example.com/signed-out?from=eyrie';

/** A client to which the browser may return after a logout. */
export async function registerReturning(server: TestServer): Promise<RelyingParty> {
  return RelyingParty.register(
    server,
    {
      post_logout_redirect_uris: [returnTo, 'https://writer.example.com/bye'],
      redirect_uris: ['https://writer.example.com/callback'],
    },
    await signedInBrowser(server),
  );
}

export function logoutUrl(parameters: Record<string, string>): string {
  return `/logout?${new URLSearchParams(parameters).toString()}`;
}

export async function isSignedIn(browser: TestBrowser): Promise<boolean> {
  return (await browser.open('/account')).url.endsWith('/account');
}

/** Whether a page asks the user to confirm the logout. */
export function asks(page: Shown): boolean {
  return page.html.includes('name="decision" value="sign-out"');
}
