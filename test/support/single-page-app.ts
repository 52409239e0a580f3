import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

/** The library as a browser loads it, which defines `oidc`. */
const library = readFileSync(
  join(dirname(createRequire(import.meta.url).resolve('oidc-client-ts')), '../browser/oidc-client-ts.js'),
  'utf8',
);

/** A static page on an origin of its own, which signs people in with oidc-client-ts and nothing on its server. */
export interface SinglePageApp {
  readonly origin: string;
  /** Which client it is, and what it asks for; it counts from the next page on. */
  configure(settings: object): void;
  stop(): Promise<void>;
}

/** @param host by which the browser calls it */
export async function startSinglePageApp(host: string): Promise<SinglePageApp> {
  let page = '';
  const server = createServer((request, response) => {
    const isScript = request.url === '/oidc-client-ts.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? library : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    configure: (settings) => {
      page = pageOf({
        ...settings,
        redirect_uri: `${origin}/callback`,
        popup_redirect_uri: `${origin}/popup`,
        silent_redirect_uri: `${origin}/silent`,
        post_logout_redirect_uri: `${origin}/signed-out`,
        automaticSilentRenew: false,
        silentRequestTimeoutInSeconds: 60,
      });
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One page for every path: it ends what brought it up, and shows the outcome as JSON. */
function pageOf(settings: object): string {
  return `<!doctype html><title>Single-page app</title><pre id="outcome"></pre>
<script src="/oidc-client-ts.js"></script>
<script type="module">
  const settings = ${JSON.stringify(settings)};
  if (settings.dpop) settings.dpop.store = new oidc.IndexedDbDPoPStore();
  const manager = new oidc.UserManager(settings);
  const told = (user) => user && { ...user, expired: user.expired };
  const outcome = (promise) => promise.then(told, ({ message, error }) => ({ message, error }));
  window.app = {
    manager,
    signIn: () => manager.signinRedirect({ state: { page: 'contacts' } }),
    signInByPopup: () => outcome(manager.signinPopup()),
    renew: () => outcome(manager.signinSilent()),
    user: () => outcome(manager.getUser()),
    revoke: () => outcome(manager.revokeTokens()),
    signOut: () => manager.signoutRedirect({ state: 'bye' }),
    proof: async (url) => manager.dpopProof(url, await manager.getUser()),
    fetch: async (url, init) => {
      const response = await fetch(url, init).catch(() => undefined);
      return response ? { status: response.status, text: await response.text() } : 'blocked';
    },
  };
  const ends = {
    '/callback': () => manager.signinRedirectCallback(),
    '/popup': () => manager.signinPopupCallback(),
    '/silent': () => manager.signinSilentCallback(),
    '/signed-out': () => manager.signoutRedirectCallback(),
  };
  const shown = await outcome(Promise.resolve(ends[location.pathname]?.()));
  document.querySelector('#outcome').textContent = JSON.stringify(shown ?? {});
</script>`;
}
