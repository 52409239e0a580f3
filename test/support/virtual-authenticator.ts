import type { Page } from 'playwright-core';

/** Plugs an authenticator into the browser of a page, which confirms everything by itself. */
export async function plugIn(page: Page): Promise<{ credentials(): Promise<readonly { rpId?: string }[]> }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const device = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async credentials() {
      return (await cdp.send('WebAuthn.getCredentials', device)).credentials;
    },
  };
}
