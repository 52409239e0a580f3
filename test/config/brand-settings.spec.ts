import { readSettings } from '../../src/config/settings.js';

const brandWith = (environment: Record<string, string>) => readSettings(environment).brand;

describe('Brand settings', () => {
  it('are read into what pages and mails use', () => {
    const { name, colors, colorsDark, links, support } = brandWith({
      EYRIE_BRAND_NAME: 'Example & Söhne',
      EYRIE_BRAND_COLORS: 'accent=#0D5A66, ground = #ffffff',
      EYRIE_BRAND_COLORS_DARK: 'on-accent=#000000',
      EYRIE_BRAND_LINKS: 'privacy=https://example.com/privacy?a=b,Our Status=http://status.example.com',
      EYRIE_BRAND_SUPPORT: 'help+id@example.com',
    });

    expect(name).toBe('Example & Söhne');
    expect(colors).toEqual({ accent: '#0d5a66', ground: '#ffffff' });
    expect(colorsDark).toEqual({ 'on-accent': '#000000' });
    expect(links).toEqual([
      { label: 'privacy', href: 'https://example.com/privacy?a=b' },
      { label: 'Our Status', href: 'http://status.example.com' },
    ]);
    expect(support).toEqual({ label: 'help+id@example.com', href: 'mailto:help+id@example.com' });
  });

  it('a page may be where people find help', () => {
    expect(brandWith({ EYRIE_BRAND_SUPPORT: 'https://example.com/help/' }).support).toEqual({
      label: 'example.com/help',
      href: 'https://example.com/help/',
    });
  });

  it.each([
    ['EYRIE_BRAND_NAME', 'x'.repeat(65), 'use a name of up to 64 characters'],
    ['EYRIE_BRAND_NAME', 'Bank\u202Eelpmaxe', 'use a name of up to 64 characters'],
    ['EYRIE_BRAND_COLORS', 'primary=#0d5a66', 'holds "primary=#0d5a66": use entries such as accent=#0d5a66'],
    ['EYRIE_BRAND_COLORS', 'accent=teal', 'holds "accent=teal"'],
    ['EYRIE_BRAND_COLORS', 'accent=#fff', 'holds "accent=#fff"'],
    ['EYRIE_BRAND_COLORS_DARK', 'accent=#0d5a66;} body{', 'holds "accent=#0d5a66;} body{"'],
    ['EYRIE_BRAND_COLORS_DARK', 'accent', 'holds "accent"'],
    ['EYRIE_BRAND_LINKS', 'privacy=javascript:alert(1)', 'holds "privacy=javascript:alert(1)"'],
    ['EYRIE_BRAND_LINKS', '=https://example.com', 'holds "=https://example.com"'],
    ['EYRIE_BRAND_LINKS', 'https://example.com', 'holds "https://example.com"'],
    ['EYRIE_BRAND_SUPPORT', 'call us', 'use an e-mail address or the URL of a page'],
    [
      'EYRIE_BRAND_SUPPORT',
      'javascript:alert(1)//@example.com',
      'use an e-mail address or the URL of a page',
    ],
  ])('%s=%s is refused', (name, value, reason) => {
    expect(() => brandWith({ [name]: value })).toThrow(reason);
    expect(() => brandWith({ [name]: value })).toThrow(name);
  });
});
