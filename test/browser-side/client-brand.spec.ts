import { authorizeUrl } from '../support/authorization-requests.js';
import { AdminCaller } from '../support/admin-caller.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { begin, reach, registerDevice } from '../support/device.js';
import { metadata, send } from '../support/dynamic-registration.js';
import { elements } from '../support/markup.js';
import type { Answer } from '../support/relying-party.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

const look = {
  brand_color: '#7A1F5C',
  brand_color_dark: '#f0a8d8',
  brand_logo_uri: 'https://cdn.example.com/logo.svg',
};

const sheetsOf = (page: Shown): string[] =>
  elements(page.html, 'link')
    .filter(({ attributes }) => attributes.rel === 'stylesheet')
    .map(({ attributes }) => (attributes.href ?? '').replaceAll('&amp;', '&'));

const logoOf = (page: Shown) =>
  elements(page.html, 'img').find(({ attributes }) => attributes.class === 'logo')?.attributes;

const imagePolicyOf = (page: Shown): string | undefined =>
  (page.headers.get('content-security-policy') ?? '').split('; ').find((part) => part.startsWith('img-src'));

const colors = '/brand/colors.css?light=7a1f5c&dark=f0a8d8';

describe('The look of a client', () => {
  const server = useServer({ EYRIE_REGISTRATION: 'open' }, { users: [alice] });
  let admin: AdminCaller;
  let clientId: string;

  const register = (more: object): Promise<Answer> => {
    const { scope, redirect_uris } = messageWriter;
    return admin.post('/clients', { client_name: 'MessageWriter', scope, redirect_uris, ...more });
  };

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    clientId = String((await register(look)).body.client_id);
  });

  const pages: [string, () => Promise<Shown>][] = [
    ['sign-in', () => new TestBrowser(server.issuer).open(authorizeUrl({ client_id: clientId }))],
    [
      'sign-in after a wrong password',
      async () => {
        const browser = new TestBrowser(server.issuer);
        const page = await browser.open(authorizeUrl({ client_id: clientId }));
        return browser.submit(page, { username: 'alice', password: 'wrong' });
      },
    ],
    [
      'consent',
      async () => {
        const page = await (await signedInBrowser(server)).open(authorizeUrl({ client_id: clientId }));
        expect(shows.consent(page)).toBe(true);
        return page;
      },
    ],
    [
      'the choice of an account',
      async () => {
        const browser = await signedInBrowser(server);
        return browser.open(authorizeUrl({ client_id: clientId, prompt: 'select_account' }));
      },
    ],
    [
      'consent to a device',
      async () => {
        const device = await registerDevice(server, { ...look, client_name: 'MessageWriter' });
        return reach(await signedInBrowser(server), await begin(device, 'openid'));
      },
    ],
  ];

  it.each(pages)('%s has its colours and its logo, and may load that from there', async (_page, open) => {
    const page = await open();

    expect(sheetsOf(page)).toEqual([expect.stringMatching(/^\/style\.css/), colors]);
    expect(logoOf(page)).toMatchObject({
      src: look.brand_logo_uri,
      alt: 'MessageWriter',
      referrerpolicy: 'no-referrer',
    });
    expect(imagePolicyOf(page)).toBe("img-src 'self' https://cdn.example.com");
    expect(page.headers.get('content-security-policy')).toContain("style-src 'self';");
  });

  it.each(['/', '/account'])('%s has none of it', async (path) => {
    const page = await (await signedInBrowser(server)).open(path);

    expect(sheetsOf(page)).toHaveLength(1);
    expect(logoOf(page)).toBeUndefined();
    expect(imagePolicyOf(page)).toBe("img-src 'self'");
  });

  it('a client with a colour alone has the logo of the service, and a lighter colour in the dark', async () => {
    const { body } = await register({ brand_color: '#7a1f5c' });
    const page = await new TestBrowser(server.issuer).open(
      authorizeUrl({ client_id: String(body.client_id) }),
    );
    const [, sheet = ''] = sheetsOf(page);
    const rules = await (await fetch(server.issuer + sheet)).text();

    expect(sheet).toBe('/brand/colors.css?light=7a1f5c');
    expect(logoOf(page)).toBeUndefined();
    expect(rules.match(/--accent: #\w{6}/g)).toEqual(['--accent: #7a1f5c', '--accent: #ad749a']);
  });

  it('its style sheet is cached, and holds nothing but what follows from its colours', async () => {
    const response = await fetch(server.issuer + colors);
    const rules = await response.text();

    expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=86400');
    expect(new Set(rules.match(/--[a-z-]+/g))).toEqual(
      new Set(['--accent', '--accent-strong', '--on-accent', '--accent-soft']),
    );
  });

  it.each([
    '',
    '?light=ffcc00',
    '?light=7a1f5c&dark=000000',
    '?light=7a1f5c;}',
    '?light=7a1f5c&light=7a1f5c',
  ])('there is no style sheet of the colours %s', async (query) => {
    expect((await fetch(`${server.issuer}/brand/colors.css${query}`)).status).toBe(404);
  });

  it.each([
    [{ brand_color: '#ffcc00' }, /^brand_color has accent \(#ffcc00\) on surface .*: use #\w{6}$/],
    [{ ...look, brand_color_dark: '#222222' }, /^brand_color_dark has accent \(#222222\) on surface/],
    [{ brand_color_dark: '#f0a8d8' }, /^brand_color_dark needs brand_color$/],
    [{ brand_color: 'purple' }, /^brand_color must be a colour such as #0d5a66$/],
    [{ brand_color: '#7a1f5c;}' }, /^brand_color must be a colour/],
    [{ brand_logo_uri: 'javascript:alert(1)' }, /^brand_logo_uri must be an http or https URL/],
  ])('%j is refused', async (given, reason) => {
    const { status, body } = await register(given);

    expect(status).toBe(400);
    expect([body.message].flat().join('\n')).toMatch(reason);
  });

  it('a logo over http is not shown', async () => {
    const { body } = await register({ brand_logo_uri: 'http://cdn.example.com/logo.svg' });
    const page = await new TestBrowser(server.issuer).open(
      authorizeUrl({ client_id: String(body.client_id) }),
    );

    expect(logoOf(page)).toBeUndefined();
    expect(imagePolicyOf(page)).toBe("img-src 'self'");
  });

  it('a client that registers itself cannot have one', async () => {
    const { status, body } = await send(server, 'POST', '/register', { ...metadata, ...look });
    const page = await new TestBrowser(server.issuer).open(
      authorizeUrl({ client_id: String(body.client_id), redirect_uri: metadata.redirect_uris[0] }),
    );

    expect(status).toBe(201);
    for (const member of Object.keys(look)) expect(body).not.toHaveProperty(member);
    expect(shows.signIn(page)).toBe(true);
    expect(sheetsOf(page)).toHaveLength(1);
    expect(logoOf(page)).toBeUndefined();
  });

  it('is kept, changed and taken away by the admin API', async () => {
    const path = `/clients/${clientId}`;
    expect((await admin.get(path)).body).toMatchObject(look);
    const { body } = await admin.patch(path, { brand_color: null, brand_color_dark: null });

    expect(body).toMatchObject({ brand_color: null, brand_logo_uri: look.brand_logo_uri });
    await admin.patch(path, look);
  });
});
