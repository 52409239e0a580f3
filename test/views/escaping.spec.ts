import { decode, elements, skeleton } from '../support/markup.js';
import { pageNames, render } from '../support/rendering.js';
import { type PageName, samples } from '../support/sample-pages.js';

const HOSTILE = `"'><script>alert(1)</script>\n<img src=x onerror=alert(2)>&amp;<%= it %>`;

/** Link targets are not shown at all unless they are http(s); links.spec.ts covers them. */
const LINK_FIELDS = new Set(['clientUri', 'logoUri', 'policyUri', 'tosUri', 'href']);

/** Fields whose values are names of the code, which decide what a page shows. */
const NAME_FIELDS = new Set(['allowedBy', 'factor', 'others', 'offered', 'way']);

/** Fields that no page shows. */
const UNSEEN_FIELDS = new Set(['consentId']);

/** The same model with hostile text added to every string in it, and the strings that the page must now show. */
function poison(model: object): { poisoned: object; shown: string[] } {
  const shown: string[] = [];

  function text(clean: string, field: string): string {
    if (LINK_FIELDS.has(field) || NAME_FIELDS.has(field)) return clean;
    const hostile = `${field}${HOSTILE}`;
    if (!UNSEEN_FIELDS.has(field)) shown.push(field === 'userAgent' ? hostile.slice(0, 60) : hostile);
    return hostile;
  }

  function walk(value: unknown, field: string): unknown {
    // The key of a message is code.
    if (field === 'key') return value;
    if (typeof value === 'string') return text(value, field);
    if (Array.isArray(value)) return value.map((item) => walk(item, field));
    if (value === null || typeof value !== 'object' || value instanceof Date) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        field === 'fields' ? text(key, key) : key,
        walk(inner, key === 'verbatim' ? field : key),
      ]),
    );
  }

  const poisoned = Object.fromEntries(Object.entries(model).map(([key, value]) => [key, walk(value, key)]));
  return { poisoned, shown };
}

describe('escaping', () => {
  it.each(pageNames)('hostile text in every field of %s changes no tag and no attribute', (name) => {
    const page = render(name, poison(samples[name]).poisoned);
    expect(skeleton(page)).toBe(skeleton(render(name)));
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('<img src=x');
  });

  it.each(pageNames)('every field of %s reaches the page as the text it is', (name) => {
    const { poisoned, shown } = poison(samples[name]);
    const page = decode(render(name, poisoned));
    expect(shown).not.toEqual([]);
    for (const text of shown) expect(page).toContain(text);
  });

  it('names and values of a form_post response arrive unchanged, whatever they hold', () => {
    const fields = { 'state"': HOSTILE, __proto: "it's" };
    const inputs = elements(render('form-post', { ...samples['form-post'], fields }), 'input');
    expect(inputs.map(({ attributes }) => [attributes.name, attributes.value])).toEqual(
      Object.entries(fields),
    );
  });

  it('a model cannot replace what the templates rely on', () => {
    const page = render('signed-out', {
      linkTarget: 'x',
      styleHref: '//evil.example',
      iconHref: 'x',
      body: 'y',
    });
    expect(page).not.toContain('evil.example');
  });
});

const scripted: readonly PageName[] = ['form-post', 'account', 'activity'];
const withPasskeys: readonly PageName[] = ['sign-in', 'further-factor', 'passkey-setup'];

describe('content security policy', () => {
  it.each(pageNames.filter((name) => ![...scripted, ...withPasskeys].includes(name)))(
    '%s has no script at all',
    (name) => {
      expect(elements(render(name), 'script')).toEqual([]);
    },
  );

  it.each(scripted)('%s has one script, and it carries the nonce', (name) => {
    const scripts = elements(render(name), 'script');
    expect(scripts).toEqual([{ tag: 'script', attributes: { nonce: 'nonce-1' } }]);
  });

  it.each(withPasskeys)('%s has the script of passkeys alone, and it carries the nonce', (name) => {
    const [script, ...others] = elements(render(name), 'script');
    expect(script?.attributes).toEqual({
      src: expect.stringMatching(/^\/passkeys\.js\?v=/),
      nonce: 'nonce-1',
      defer: '',
    });
    expect(others).toEqual([]);
  });

  it.each(pageNames)('%s has neither inline styles nor inline handlers', (name) => {
    const page = render(name);
    expect(elements(page, 'style')).toEqual([]);
    const names = elements(page).flatMap(({ attributes }) => Object.keys(attributes));
    expect(names.filter((attribute) => attribute === 'style' || attribute.startsWith('on'))).toEqual([]);
  });

  it.each(pageNames)(
    '%s loads style sheet and icon from this server, and nothing else of its own',
    (name) => {
      const page = render(name, { ...samples[name], logoUri: undefined });
      const loaded = [...elements(page, 'link'), ...elements(page, 'img')].map(
        ({ attributes }) => attributes.href ?? attributes.src,
      );
      expect(loaded).toHaveLength(3);
      for (const address of loaded) expect(address).toMatch(/^\/(style\.css|icon\.svg)\?v=[\w-]{22}$/);
    },
  );
});
