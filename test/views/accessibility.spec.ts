import { byId, elements } from '../support/markup.js';
import { pageNames, render } from '../support/rendering.js';
import { samples } from '../support/sample-pages.js';

describe.each(pageNames)('the markup of %s', (name) => {
  const page = render(name);

  it('names its language, has a title and fits small screens', () => {
    expect(elements(page, 'html')[0]?.attributes.lang).toBe('en');
    expect(page).toMatch(/<title>[^<]+ · Eyrie<\/title>/);
    expect(page).toContain('content="width=device-width, initial-scale=1"');
  });

  it('has one main landmark, a header, a footer and one first heading', () => {
    for (const tag of ['main', 'header', 'footer', 'h1']) expect(elements(page, tag)).toHaveLength(1);
  });

  it('labels every field that a person can reach', () => {
    const labelled = new Set(elements(page, 'label').map(({ attributes }) => attributes.for));
    const fields = [...elements(page, 'input'), ...elements(page, 'select')].filter(
      ({ attributes }) => attributes.type !== 'hidden',
    );
    for (const { attributes } of fields) expect(labelled).toContain(attributes.id);
    expect(labelled.size).toBe(fields.length);
  });

  it('uses every id once, and refers only to ids that exist', () => {
    const all = elements(page).map(({ attributes }) => attributes);
    const ids = all.flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(new Set(ids).size).toBe(ids.length);
    const referred = all.flatMap((attributes) => [
      ...(attributes['aria-describedby'] ?? '').split(' '),
      ...(attributes['aria-labelledby'] ?? '').split(' '),
    ]);
    expect(ids).toEqual(expect.arrayContaining(referred.filter((id) => id !== '')));
  });

  it('closes what it opens', () => {
    for (const tag of ['div', 'form', 'ul', 'li', 'p', 'section', 'button', 'bdi', 'dl', 'span']) {
      const closed = page.split(`</${tag}>`).length - 1;
      expect([tag, closed]).toEqual([tag, elements(page, tag).length]);
    }
  });
});

describe('announcements', () => {
  it('a failed sign-in is an alert that both fields point to', () => {
    const page = render('sign-in');
    expect(page).toContain('role="alert"');
    for (const id of ['username', 'password'])
      expect(byId(page, id)?.attributes['aria-describedby']).toBe('sign-in-error');
  });

  it.each([
    ['sign-in', { ...samples['sign-in'], withoutPassword: true }, 'sign-in-error'],
    ['further-factor', { ...samples['further-factor'], factor: 'passkey' }, 'attempt-error'],
  ] as const)('an error of %s without a field has the focus itself', (name, model, id) => {
    expect(byId(render(name, model), id)?.attributes).toMatchObject({ tabindex: '-1', autofocus: '' });
    expect(byId(render(name), id)?.attributes).not.toHaveProperty('autofocus');
  });

  it('a first sign-in has no alert', () => {
    expect(render('sign-in', { csrfToken: 'csrf-1' })).not.toContain('alert');
  });

  it('a notice on the account page is a status', () => {
    expect(render('account')).toContain('role="status"');
    expect(render('account', { ...samples.account, notice: undefined })).not.toContain('role="status"');
  });
});
