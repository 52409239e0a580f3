import type { Shown, TestBrowser } from './browser.js';

/** The CSRF token of a page's forms. */
export function csrfOf(page: Shown): string {
  const token = /name="_csrf" value="([^"]+)"/.exec(page.html)?.[1];
  if (token === undefined) throw new Error(`no form on ${page.url} (${page.status})`);
  return token;
}

/** The sealed interaction of a page's form. */
export function interactionOf(page: Shown): string {
  const sealed = /name="interaction" value="([^"]+)"/.exec(page.html)?.[1];
  if (sealed === undefined) throw new Error(`no interaction on ${page.url} (${page.status})`);
  return sealed;
}

/** Posts fields to a path as they are, no redirect followed. */
export async function postForm(
  browser: TestBrowser,
  path: string,
  fields: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<Shown> {
  return browser.send(path, {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
}

/** Signs out on the account page. */
export async function signOut(browser: TestBrowser): Promise<Shown> {
  const account = await browser.open('/account');
  return postForm(browser, '/account/sign-out', { _csrf: csrfOf(account) });
}

/** The ids of the sessions that the account page lists: first that of the browser itself, then those used last. */
export const sessionsOn = (account: Shown): string[] =>
  [...account.html.matchAll(/name="session_id" value="([^"]+)"/g)].map(([, id = '']) => id);
