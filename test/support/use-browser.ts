import { TestBrowser } from './browser.js';
import { alice, type TestServer } from './server.js';
import { standIn } from './stand-in.js';
import { signedInBrowser } from './walk.js';

/** A browser without any cookie, another one for each test. */
export function useBrowser(server: TestServer): TestBrowser {
  let browser: TestBrowser | undefined;
  beforeEach(() => {
    browser = new TestBrowser(server.issuer);
  });
  return standIn(() => browser);
}

/** A browser in which that user is signed in, another one for each test. */
export function useSignedInBrowser(
  server: TestServer,
  user: { readonly username: string; readonly password: string } = alice,
): TestBrowser {
  let browser: TestBrowser | undefined;
  beforeEach(async () => {
    browser = await signedInBrowser(server, user);
  });
  return standIn(() => browser);
}
