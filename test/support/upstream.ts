import { UpstreamRegistration } from '../../src/sign-in/upstream/upstream-registration.js';
import type { PutUpstreamDto } from '../../src/sign-in/upstream/upstreams.dto.js';
import type { Shown, TestBrowser } from './browser.js';
import { IdentityProvider, type ProviderAnswer } from './identity-provider.js';
import { byId } from './markup.js';
import type { TestServer } from './server.js';

/** Registers the provider as the upstream `acme`, whose people get accounts. */
export async function registerUpstream(
  server: TestServer,
  provider: Pick<IdentityProvider, 'issuer'>,
  members: Partial<PutUpstreamDto> = {},
): Promise<void> {
  await server.app.get(UpstreamRegistration).put(
    {
      alias: 'acme',
      name: 'Acme',
      issuer: provider.issuer,
      client_id: 'eyrie',
      client_secret: 'secret of eyrie at acme',
      new_account: 'create',
      ...members,
    },
    'test',
  );
}

/** Presses the button of an upstream. @returns the URL to which the page leads */
export async function goTo(browser: TestBrowser, page: Shown, alias = 'acme'): Promise<string> {
  const shown = await browser.submit(page, { upstream: alias });
  const href = byId(shown.html, 'go-on')?.attributes['href'];
  if (href === undefined) throw new Error(`${shown.status}: ${shown.html}`);
  return href;
}

/** Signs in at an upstream from the sign-in page. @returns the page after it */
export async function signInAt(
  browser: TestBrowser,
  provider: IdentityProvider,
  answer: ProviderAnswer = {},
  page = '/login',
): Promise<Shown> {
  return browser.open(provider.authorize(await goTo(browser, await browser.open(page)), answer));
}
