import { type Browser, chromium } from 'playwright-core';
import { IdentitiesStore } from '../../src/persistence/stores/identities.store.js';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { SamlifyProvider } from '../support/samlify-idp.js';
import { startServer, type TestServer } from '../support/server.js';
import { registerUpstream } from '../support/upstream.js';

// Our cookies are withheld from the POST of the provider, which is another site.
describeInChromium('A person at an identity provider by samlify', () => {
  let server: TestServer;
  let provider: SamlifyProvider;
  let browser: Browser;

  beforeAll(async () => {
    provider = await SamlifyProvider.start();
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: 'localhost' });
    await registerUpstream(
      server,
      { issuer: '' },
      {
        issuer: undefined,
        client_id: undefined,
        client_secret: undefined,
        protocol: 'saml',
        idp_entity_id: provider.entityId,
        sso_url: provider.ssoUrl,
        certificates: [provider.key.certificate],
        trusted_email_domains: ['acme.example'],
        email_verified: 'assumed',
        claims: { email: 'sub' },
      },
    );
    provider.serviceProvider = await (await fetch(`${server.issuer}/upstream/acme/metadata`)).text();
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await provider?.stop();
  });

  it('signs in, and comes back to the same account', async () => {
    for (const visit of [1, 2]) {
      const context = await browser.newContext();
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      await page.goto(`${server.issuer}/login`);
      await page.click('button[name="upstream"]');
      await page.waitForURL('**/account');

      const people = server.app.get(UsersStore);
      expect({ visit, people: await people.count() }).toEqual({ visit, people: 1 });
      const user = await people.findByVerifiedEmail('nils@acme.example');
      expect(await server.app.get(IdentitiesStore).of(user?.id ?? '')).toHaveLength(1);
      await context.close();
    }
  });
});
