import { authorizeUrl } from '../support/authorization-requests.js';
import { shows, signedInBrowser } from '../support/walk.js';
import type { Shown, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { AdminCaller } from '../support/admin-caller.js';
import { send } from '../support/dynamic-registration.js';
import { request } from '../support/relying-party.js';
import { elements } from '../support/markup.js';

const links = {
  client_uri: 'https://rp.example.com/about?a=1&b=2',
  logo_uri: 'https://cdn.example.com/logo.png?a=1&b=2',
  policy_uri: 'https://rp.example.com/privacy',
  tos_uri: 'https://rp.example.com/terms',
};

const imagesOf = (page: Shown): string[] =>
  elements(page.html, 'img').map(({ attributes }) => attributes.src ?? '');

const outwardLinksOf = (page: Shown): string[] =>
  elements(page.html, 'a')
    .filter(({ attributes }) => attributes.target === '_blank')
    .map(({ attributes }) => attributes.href ?? '');

const imagePolicyOf = (page: Shown): string | undefined =>
  (page.headers.get('content-security-policy') ?? '').split('; ').find((part) => part.startsWith('img-src'));

describe('F3 what a client says of itself', () => {
  const server = useServer({
    EYRIE_REGISTRATION: 'open',
    EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: '100',
  });
  let browser: TestBrowser;
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    await server.createUser(alice);
    browser = await signedInBrowser(server);
  });

  const register = async (metadata: object): Promise<string> => {
    const { scope, redirect_uris } = messageWriter;
    const { status, body } = await admin.post('/clients', { scope, redirect_uris, ...metadata });
    expect(status).toBe(201);
    return String(body.client_id);
  };

  const consentPage = async (metadata: object, more = {}): Promise<Shown> => {
    const page = await browser.open(authorizeUrl({ client_id: await register(metadata), ...more }));
    expect(shows.consent(page)).toBe(true);
    return page;
  };

  it('F3 the consent page shows the logo and links to the page, the policy and the terms, in a tab that cannot reach back', async () => {
    const page = await consentPage(links);
    expect(imagesOf(page)).toContain(links.logo_uri);
    expect(outwardLinksOf(page)).toEqual([links.client_uri, links.policy_uri, links.tos_uri]);
    for (const text of ['About this application', 'Privacy policy', 'Terms of service'])
      expect(page.html).toContain(text);
    for (const { attributes } of elements(page.html, 'a').filter(
      ({ attributes: { target } }) => target === '_blank',
    ))
      expect(attributes.rel).toBe('noopener noreferrer');
  });

  it('F3 its policy is open for images of the origin of the logo, and no other page is', async () => {
    const page = await consentPage(links);
    expect(imagePolicyOf(page)).toBe("img-src 'self' https://cdn.example.com");
    for (const path of [
      '/account',
      authorizeUrl({ client_id: await register(links), prompt: 'login' }),
      authorizeUrl({ client_id: await register(links), prompt: 'select_account' }),
    ])
      expect(imagePolicyOf(await browser.open(path))).toBe("img-src 'self'");
  });

  it('F3 a client that names none has its letter, no links, and a policy without openings', async () => {
    const page = await consentPage({ client_name: 'Quiet' });
    expect(outwardLinksOf(page)).toEqual([]);
    expect(imagesOf(page).every((source) => source.startsWith('/'))).toBe(true);
    expect(imagePolicyOf(page)).toBe("img-src 'self'");
  });

  it('F3 what is not https is not shown, nor let in by the policy', async () => {
    const page = await consentPage({
      client_uri: 'http://rp.example.com/about',
      logo_uri: 'http://127.0.0.1/logo.png',
      policy_uri: 'http://rp.example.com/privacy',
      tos_uri: 'https://rp.example.com/terms',
    });
    expect(outwardLinksOf(page)).toEqual(['https://rp.example.com/terms']);
    expect(page.html).not.toContain('logo.png');
    expect(imagePolicyOf(page)).toBe("img-src 'self'");
  });

  it('F3 markup in them stays in its attribute, and a source cannot add to the policy', async () => {
    const page = await consentPage({
      logo_uri: `https://cdn.example.com/logo.png?";script-src='*'`,
      policy_uri: `https://rp.example.com/?"onclick="alert(1)`,
      tos_uri: `https://rp.example.com/?'&quot;onclick=&quot;alert(2)`,
    });
    expect(page.html).not.toMatch(/<script|["']onclick=|";script-src/);
    expect(outwardLinksOf(page)).toHaveLength(2);
    expect(elements(page.html, 'a').some(({ attributes }) => 'onclick' in attributes)).toBe(false);
    expect(imagePolicyOf(page)).toBe("img-src 'self' https://cdn.example.com");
    expect(page.headers.get('content-security-policy')).not.toContain('script-src');
  });

  it.each([
    'javascript:alert(1)',
    'data:image/png;base64,AA',
    '/account',
    'ftp://rp.example.com/x',
    'not a URL',
  ])('F3 %s is not registered for any of them', async (address) => {
    for (const field of Object.keys(links)) {
      const body = { redirect_uris: messageWriter.redirect_uris, [field]: address };
      const answer = await send(server, 'POST', '/register', body);
      expect([field, answer.status, answer.body.error]).toEqual([field, 400, 'invalid_client_metadata']);
    }
  });

  it('F3 the page of a device shows them too', async () => {
    const clientId = await register({
      ...links,
      redirect_uris: [],
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      response_types: [],
      token_endpoint_auth_method: 'none',
    });
    const { body } = await request(server, '/device_authorization', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: clientId, scope: 'openid' }).toString(),
    });
    const entry = await browser.open(String(body.verification_uri_complete));
    const page = await browser.submit(entry, { user_code: String(body.user_code) });
    expect(shows.consent(page)).toBe(true);
    expect(imagesOf(page)).toContain(links.logo_uri);
    expect(outwardLinksOf(page)).toEqual([links.client_uri, links.policy_uri, links.tos_uri]);
    expect(imagePolicyOf(page)).toBe("img-src 'self' https://cdn.example.com");
  });
});
