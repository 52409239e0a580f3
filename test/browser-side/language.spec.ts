import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { authorizeUrl } from '../support/authorization-requests.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { interactionOf, postForm } from '../support/forms.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { useBrowser } from '../support/use-browser.js';
import { shows } from '../support/walk.js';

/** The language that a page says it is in, as its markup and its header tell. */
const languageOf = ({ headers, html }: Shown): [header: string | null, markup: string | undefined] => [
  headers.get('content-language'),
  /<html lang="([^"]+)"/.exec(html)?.[1],
];
const german = ['de', 'de'];
const french = ['fr', 'fr'];
const english = ['en', 'en'];
const accepting = (language: string): RequestInit => ({ headers: { 'accept-language': language } });

describe('The language of a page', () => {
  const server = useServer({}, { users: [alice], clients: [messageWriter] });
  const browser = useBrowser(server);

  it('is English for a browser that asks for nothing that we have', async () => {
    const page = await browser.send('/login', accepting('tlh, *;q=0.1'));
    expect(languageOf(page)).toEqual(english);
    expect(page.headers.get('vary')).toBe('Accept-Language, Cookie');
  });

  it('is the one that the browser accepts', async () => {
    const page = await browser.send('/login', accepting('pt, de-AT;q=0.9, en;q=0.8'));
    expect(languageOf(page)).toEqual(german);
    expect(page.html).toContain('>Anmelden</h1>');
  });

  it('is the chosen one rather than one that the browser accepts', async () => {
    await browser.send('/login', accepting('de'));
    const chosen = await postForm(browser, '/language', { language: 'fr' });
    expect([chosen.status, chosen.headers.get('location')]).toEqual([303, '/']);
    expect(languageOf(await browser.send('/login', accepting('de')))).toEqual(french);
  });

  it('is the one of ui_locales rather than the chosen one, until another is chosen on its pages', async () => {
    await postForm(browser, '/language', { language: 'fr' });
    const asked = await browser.open(authorizeUrl({ ui_locales: 'tlh de' }));
    expect(languageOf(asked)).toEqual(german);
    const refused = await signIn(browser, asked, { username: 'alice', password: 'wrong' });
    expect([
      languageOf(refused),
      refused.html.includes('Der Benutzername oder das Passwort ist falsch.'),
    ]).toEqual([german, true]);

    const chosen = await postForm(browser, '/language', {
      language: 'es',
      interaction: interactionOf(refused),
    });
    const page = await browser.open(chosen.headers.get('location') ?? '');
    expect([shows.signIn(page), languageOf(page)]).toEqual([true, ['es', 'es']]);
    expect(languageOf(await signIn(browser, page, alice))).toEqual(['es', 'es']);
  });

  it('goes through a request that is too long for a URL', async () => {
    const url = authorizeUrl({ ui_locales: 'de', nonce: 'x'.repeat(2_000) });
    const asked = await browser.open(url);
    expect([shows.signIn(asked), languageOf(asked)]).toEqual([true, german]);
    const chosen = await postForm(browser, '/language', {
      language: 'ja',
      interaction: interactionOf(asked),
    });
    expect([chosen.status, shows.signIn(chosen), languageOf(chosen)]).toEqual([200, true, ['ja', 'ja']]);
  });

  it('is the one of a refused request, whoever sent it', async () => {
    const page = await browser.open(authorizeUrl({ client_id: 'nobody', ui_locales: 'fr' }));
    expect([page.status, languageOf(page)]).toEqual([400, french]);
    expect(page.html).toContain('Ce service ne connaît pas l’application (client_id).');
  });

  it('is the one of a logout request, to its last page', async () => {
    await signIn(browser, await browser.open('/login'), alice);
    const asked = await browser.open('/logout?ui_locales=de');
    expect(languageOf(asked)).toEqual(german);
    const done = await browser.submit(asked, { decision: 'sign-out' });
    expect(languageOf(done)).toEqual(german);
  });

  it('is right to left for Arabic', async () => {
    const page = await browser.send('/login', accepting('ar-EG'));
    expect(page.html).toContain('<html lang="ar" dir="rtl">');
  });

  it('is the one of the page for what is not found, and of the error for developers', async () => {
    const page = await browser.send('/login/nothing', accepting('de'));
    expect([page.status, languageOf(page)]).toEqual([404, german]);
    expect(page.html).toContain('<p class="lead" lang="en" dir="ltr">');
  });
});

describe('The language of pages for who is signed in', () => {
  const server = useServer(
    {},
    {
      users: [alice, { ...alice, username: 'dora', email: null, locale: 'de-CH' }],
      clients: [messageWriter],
    },
  );
  const browser = useBrowser(server);
  const dora = { ...alice, username: 'dora' };
  const localeOf = async (username: string): Promise<string | null | undefined> =>
    (await server.app.get(UsersStore).findByUsername(username))?.locale;

  it('is the one of the account rather than the one chosen in the browser, from the first page after the sign-in', async () => {
    await postForm(browser, '/language', { language: 'fr' });
    const page = await browser.open(authorizeUrl());
    expect(languageOf(page)).toEqual(french);
    const consent = await signIn(browser, page, dora);
    expect([shows.consent(consent), languageOf(consent)]).toEqual([true, german]);
    expect(languageOf(await browser.open('/account'))).toEqual(german);
  });

  it('is the one of ui_locales rather than the one of the account', async () => {
    await signIn(browser, await browser.open('/login'), dora);
    expect(languageOf(await browser.open('/logout?ui_locales=ja'))).toEqual(['ja', 'ja']);
    expect(languageOf(await browser.open('/logout?ui_locales=tlh'))).toEqual(german);
  });

  it('is the one of the browser if the account has none that we have', async () => {
    await server.createUser({ ...alice, username: 'klaa', email: null, locale: 'tlh' });
    for (const username of ['alice', 'klaa']) {
      const other = new TestBrowser(server.issuer);
      await signIn(other, await other.open('/login'), { ...alice, username });
      expect(languageOf(await other.send('/account', accepting('fr')))).toEqual(french);
    }
  });

  it('changes in the account and in other browsers when it is chosen from the menu', async () => {
    await signIn(browser, await browser.open('/login'), dora);
    const other = new TestBrowser(server.issuer);
    await signIn(other, await other.open('/login'), dora);
    const chosen = await postForm(browser, '/language', { language: 'es' });
    expect(chosen.status).toBe(303);
    expect(await localeOf('dora')).toBe('es');
    for (const each of [browser, other])
      expect(languageOf(await each.open('/account'))).toEqual(['es', 'es']);

    await postForm(browser, '/language', { language: 'de' }, { origin: 'https://evil.example' });
    expect(await localeOf('dora')).toBe('es');
    await postForm(browser, '/language', { language: 'tlh' });
    expect(await localeOf('dora')).toBe('es');
  });

  it('changes during a request too, which goes on in it', async () => {
    await server.createUser({ ...alice, username: 'emil', email: null, locale: 'de' });
    const emil = { ...alice, username: 'emil' };
    const consent = await signIn(
      browser,
      await browser.open(authorizeUrl({ nonce: 'x'.repeat(2_000) })),
      emil,
    );
    expect(languageOf(consent)).toEqual(german);
    const fields = { language: 'ar', interaction: interactionOf(consent) };
    const chosen = await postForm(browser, '/language', fields);
    expect([shows.consent(chosen), languageOf(chosen)]).toEqual([true, ['ar', 'ar']]);
  });
});

describe('Where people cannot change the language of their account', () => {
  const dora = { ...alice, username: 'dora', locale: 'de' };
  const settings = { EYRIE_PROFILE_EDITABLE: 'name', EYRIE_DEFAULT_LANGUAGE: 'fr' };
  const server = useServer(settings, { users: [dora] });
  const browser = useBrowser(server);

  it('pages are in it, unless another is chosen in the browser, which leaves the account as it is', async () => {
    expect(languageOf(await browser.open('/login'))).toEqual(french);
    await signIn(browser, await browser.open('/login'), dora);
    expect(languageOf(await browser.open('/account'))).toEqual(german);
    await postForm(browser, '/language', { language: 'es' });
    expect(languageOf(await browser.open('/account'))).toEqual(['es', 'es']);
    expect((await server.app.get(UsersStore).findByUsername('dora'))?.locale).toBe('de');
  });
});

describe('The language menu', () => {
  const server = useServer({}, { users: [alice], clients: [messageWriter] });
  const browser = useBrowser(server);

  const chooseOn = async (referer: string): Promise<string | null> => {
    const chosen = await postForm(browser, '/language', { language: 'de' }, { referer });
    return chosen.headers.get('location');
  };

  it.each([
    ['/device?user_code=BCDF-GHJK', '/device?user_code=BCDF-GHJK'],
    ['/account', '/account'],
    ['/account/withdraw', '/'],
    ['/authorize?client_id=message-writer', '/'],
    [`/login?${'x'.repeat(3_000)}`, '/'],
  ])('on %s leads to the same page if it can be opened again', async (from, to) => {
    expect(await chooseOn(`${server.issuer}${from}`)).toBe(to);
  });

  it.each(['https://evil.example/account', 'nonsense', 'javascript:alert(1)'])(
    'on a page of somebody else (%s) leads to the front page',
    async (referer) => {
      expect(await chooseOn(referer)).toBe('/');
    },
  );

  it('keeps the way back to an application', async () => {
    const chosen = await postForm(browser, '/language', { language: 'de', back: 'a b&c' });
    expect(chosen.headers.get('location')).toBe('/login?back=a%20b%26c');
  });

  it('changes nothing for a language that there is not', async () => {
    const chosen = await postForm(browser, '/language', { language: '../x' });
    expect([chosen.status, browser.cookies.has('eyrie_language')]).toEqual([303, false]);
  });

  it('ignores a cookie that somebody made up', async () => {
    browser.cookies.set('eyrie_language', '__proto__');
    expect(languageOf(await browser.send('/login', accepting('de')))).toEqual(german);
  });

  it('takes no form of another site', async () => {
    for (const [name, value] of [
      ['origin', 'https://evil.example'],
      ['sec-fetch-site', 'cross-site'],
    ] as const) {
      const refused = await postForm(browser, '/language', { language: 'de' }, { [name]: value });
      expect([refused.status, browser.cookies.has('eyrie_language')]).toEqual([403, false]);
    }
  });

  it('in another browser does not open the request', async () => {
    const page = await browser.open(authorizeUrl());
    const other = new TestBrowser(server.issuer);
    const refused = await postForm(other, '/language', { language: 'de', interaction: interactionOf(page) });
    expect([refused.status, languageOf(refused)]).toEqual([403, german]);
  });
});
