import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { certificate } from '../support/certificates.js';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { alice, freePort, startServer, type TestServer } from '../support/server.js';
import { plugIn } from '../support/virtual-authenticator.js';

// Passkeys of id.example.com, where Eyrie was before it moved to login.example.org. Both names lead to the same server.
describeInChromium('Passkeys of a related origin', () => {
  let folder: string;
  let server: TestServer;
  let browser: Browser;
  const issuer = 'https://login.example.org';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyrie-origins-'));
    const { cert, key } = await certificate({
      names: [
        { type: 'dns', value: 'login.example.org' },
        { type: 'dns', value: 'id.example.com' },
      ],
    });
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await writeFile(certFile, cert);
    await writeFile(keyFile, key);
    const port = await freePort();
    server = await startServer({
      PORT: String(port),
      EYRIE_ISSUER: issuer,
      EYRIE_TLS_CERT: certFile,
      EYRIE_TLS_KEY: keyFile,
      EYRIE_PASSKEY_DOMAIN: 'id.example.com',
    });
    await server.createUser(alice);
    const { publicKey } = new X509Certificate(cert);
    const spki = createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');
    browser = await chromium.launch({
      executablePath: chromiumPath!,
      args: [
        ...chromiumArguments,
        `--ignore-certificate-errors-spki-list=${spki}`,
        `--host-resolver-rules=MAP login.example.org:443 127.0.0.1:${port}, MAP id.example.com:443 127.0.0.1:${port}`,
      ],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true });
  });

  it('are set up and sign in at the origin of the issuer, and belong to the domain of the setting', async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    const device = await plugIn(page);
    await page.goto(`${issuer}/login?to=security`);
    await page.fill('#username', alice.username);
    await page.fill('#password', alice.password);
    await page.click('#submit');
    await page.click('#set-up-passkey');
    await page.click('#use-passkey');
    await page.click('#submit');
    await page.waitForURL('**/account/security');
    await context.clearCookies();

    // The browser takes the passkey at once, as it is the only one.
    await page.goto(`${issuer}/login`);
    await page.waitForURL('**/account');
    expect(await page.textContent('main')).toContain(alice.name);
    expect(await device.credentials()).toMatchObject([{ rpId: 'id.example.com' }]);
    await context.close();
  });
});
