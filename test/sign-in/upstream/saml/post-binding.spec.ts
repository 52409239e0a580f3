import { deflateRawSync } from 'node:zlib';
import { postResponse, SamlIdentityProvider, samlMembers } from '../../../support/saml-idp.js';
import { readOursPosted } from '../../../support/saml-logout.js';
import { useServer } from '../../../support/server.js';
import { registerUpstream } from '../../../support/upstream.js';
import { useBrowser } from '../../../support/use-browser.js';

const provider = await SamlIdentityProvider.start();

describe('A request to a SAML upstream that wants it posted', () => {
  const server = useServer();
  const browser = useBrowser(server);

  it('is signed with SHA-256, travels in a form with a button, and is answered as any other', async () => {
    await registerUpstream(server, { issuer: '' }, { ...samlMembers(provider.signing), sso_binding: 'post' });
    const page = await browser.submit(await browser.open('/login'), { upstream: 'acme' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(
      /form-action 'self' https:\/\/idp\.acme\.example;.*script-src 'nonce-/,
    );
    expect(page.html).toContain('id="continue"');
    expect(page.html).toContain('You go on to');

    const { xml, to, relayState = '' } = await readOursPosted(server, page.html);
    expect(to).toBe('https://idp.acme.example/sso');
    expect(xml).toContain('rsa-sha256');
    expect(xml).not.toMatch(/xmldsig#(?:sha1|rsa-sha1)/);
    expect(xml).toContain(`AssertionConsumerServiceURL="${server.issuer}/upstream/acme/acs"`);

    const query = new URLSearchParams({
      SAMLRequest: deflateRawSync(xml).toString('base64'),
      RelayState: relayState,
    });
    const url = `${to}?${query.toString()}`;
    const { headers } = await postResponse(url, provider.answer(url));
    expect((await browser.open(headers.get('location') ?? '')).url).toMatch(/\/account$/);
    expect((await browser.open('/login')).headers.get('content-security-policy')).not.toContain(
      'idp.acme.example',
    );
  });
});
