import { languageNamed } from '../../src/locales/languages.js';
import { Brand } from '../../src/views/brand.js';
import { readSettings } from '../../src/config/settings.js';
import { elements } from '../support/markup.js';
import { render, renderBranded } from '../support/rendering.js';
import { SampleBrand } from '../support/sample-brand.js';
import { useServer } from '../support/server.js';

const sample = new SampleBrand();
afterAll(() => sample.remove());

const brandWith = (environment: Record<string, string>): Brand => new Brand(readSettings(environment));
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ', 'base64');

describe('A branded page', () => {
  const page = renderBranded(sample.settings, 'sign-in');
  const hrefs = (tag: string): (string | undefined)[] =>
    elements(page, tag).map(({ attributes }) => attributes.href ?? attributes.src ?? attributes.srcset);

  it('has the name in its title, its header and its footer, and Eyrie nowhere', () => {
    expect(page).toContain('<title>Error: sign in · Example &amp; Söhne</title>');
    expect(page).toContain('aria-label="Example &amp; Söhne, home"');
    expect(page).toContain('Example &amp; Söhne keeps your password here.');
    expect(page).not.toContain('Eyrie');
  });

  it('has the logo for light and for dark instead of icon and name', () => {
    expect(hrefs('source')[0]).toMatch(/^\/brand\/logo-dark\?v=/);
    expect(hrefs('img')).toEqual([expect.stringMatching(/^\/brand\/logo\?v=/)]);
    expect(page).not.toContain('<span>Example');
  });

  it('loads the sheet of the operator after the sheet of all pages', () => {
    expect(hrefs('link')).toEqual([
      expect.stringMatching(/^\/brand\/icon\?v=/),
      expect.stringMatching(/^\/style\.css\?v=/),
      expect.stringMatching(/^\/brand\/style\.css\?v=/),
    ]);
  });

  it('has the links and the help in its footer, known labels in the language of the page', () => {
    expect(hrefs('a')).toEqual(
      expect.arrayContaining([
        'https://example.com/privacy',
        'https://example.com/imprint',
        'https://status.example.com/?a=1',
        'mailto:help@example.com',
      ]),
    );
    const german = renderBranded(sample.settings, 'sign-in', languageNamed('de'));
    for (const text of ['>Datenschutzerklärung<', '>Impressum<', '>Status<', 'Hilfe: '])
      expect(german).toContain(text);
  });
});

describe('A brand in part', () => {
  it('with an icon alone shows it beside the name', () => {
    const icon = sample.write('icon.png', png);
    const page = renderBranded({ EYRIE_BRAND_ICON: icon, EYRIE_BRAND_NAME: 'Example' }, 'home');

    expect(page).toMatch(/<link rel="icon" type="image\/png" href="\/brand\/icon\?v=/);
    expect(page).toMatch(
      /<img src="\/brand\/icon\?v=[\w-]+" alt="" width="32" height="32">\s+<span>Example<\/span>/,
    );
  });

  it('without any setting changes nothing, and there is no sheet', () => {
    expect(renderBranded({}, 'home')).toBe(render('home'));
    expect(brandWith({}).styleSheet).toBeUndefined();
    expect(render('home')).not.toContain('/brand/');
  });

  it('without colours has the sheet of the operator as it is', () => {
    const styleSheet = sample.write('own.css', '.card { color: #123456 }');

    expect(brandWith({ EYRIE_BRAND_STYLESHEET: styleSheet }).styleSheet?.content).toBe(
      '.card { color: #123456 }',
    );
  });

  it('colours of one scheme do not show in the other', () => {
    const { content } = brandWith({ EYRIE_BRAND_COLORS: 'ground=#fafafa' }).styleSheet ?? {};
    const [light, dark] = content?.split('@media (prefers-color-scheme: dark)') ?? [];

    expect(light).toMatch(
      /^@media not all and \(prefers-color-scheme: dark\) \{\n:root \{\n--ground: #fafafa;/,
    );
    expect(dark).toContain('--ground: #0d1417;');
  });
});

describe('A brand that cannot be', () => {
  it.each([
    ['EYRIE_BRAND_COLORS', 'accent=#ffcc00', /^EYRIE_BRAND_COLORS has accent .*: use accent=#\w{6}$/],
    ['EYRIE_BRAND_COLORS', 'ink=#aaaaaa', /^EYRIE_BRAND_COLORS has ink .*: choose colours further apart$/],
    [
      'EYRIE_BRAND_COLORS_DARK',
      'accent=#222222',
      /^EYRIE_BRAND_COLORS_DARK has accent .*: use accent=#\w{6}$/,
    ],
    ['EYRIE_BRAND_LOGO', '/nowhere/logo.svg', /^EYRIE_BRAND_LOGO: cannot read \/nowhere\/logo\.svg/],
    ['EYRIE_BRAND_LOGO', sample.write('a.txt', 'text'), /^EYRIE_BRAND_LOGO: .* is no image: use SVG, PNG/],
    ['EYRIE_BRAND_LOGO_DARK', sample.write('b.png', png), /^EYRIE_BRAND_LOGO is missing/],
    [
      'EYRIE_BRAND_ICON',
      sample.write('large.svg', `<svg ${' '.repeat(256 * 1_024)}>`),
      /^EYRIE_BRAND_ICON: .* has 262150 bytes: use a file of up to 262144 bytes$/,
    ],
    [
      'EYRIE_BRAND_STYLESHEET',
      sample.write('latin.css', Buffer.from([0xe4, 0xf6])),
      /^EYRIE_BRAND_STYLESHEET: .* is no text in UTF-8/,
    ],
  ])('%s=%s ends the start with one line', (setting, value, line) => {
    expect(() => brandWith({ [setting]: value })).toThrow(line);
  });
});

describe('The files of a brand', () => {
  const server = useServer(sample.settings);

  it.each([
    ['/brand/style.css', 'text/css; charset=utf-8', '.card { border-width: 3px; }'],
    ['/brand/logo', 'image/svg+xml', '#7a1f5c'],
    ['/brand/logo-dark', 'image/svg+xml', '#f0a8d8'],
    ['/brand/icon', 'image/svg+xml', '#7a1f5c'],
  ])('%s is served to anybody, and cached', async (path, type, content) => {
    const response = await fetch(server.issuer + path);
    const again = await fetch(server.issuer + path, {
      headers: { 'if-none-match': response.headers.get('etag') ?? '' },
    });

    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(response.headers.get('cache-control')).toBe('public, max-age=86400');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toContain(content);
    expect(again.status).toBe(304);
  });

  it('an SVG that is opened by itself runs no script', async () => {
    const { headers } = await fetch(`${server.issuer}/brand/logo`);

    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    );
  });

  it('pages keep their content security policy', async () => {
    const { headers } = await fetch(`${server.issuer}/login`);

    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
  });
});

describe('Without a brand', () => {
  const server = useServer();

  it.each(['/brand/style.css', '/brand/logo', '/brand/logo-dark'])('there is no %s', async (path) => {
    expect((await fetch(server.issuer + path)).status).toBe(404);
  });
});
