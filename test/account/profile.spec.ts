import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { csrfOf, postForm } from '../support/forms.js';
import { byId, elements } from '../support/markup.js';
import { alice, type TestServer, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

const path = '/account/profile';
let people = 0;

async function newPerson(server: TestServer, fields: object = {}) {
  const user = { username: `person-${++people}`, password: alice.password, name: 'Alice Archer', ...fields };
  return { ...user, id: await server.createUser(user) };
}

/** The names of the fields that somebody can change. */
const fieldsOn = ({ html }: Shown): string[] =>
  elements(html)
    .filter(({ tag, attributes }) => attributes.name && (tag === 'select' || attributes.type === 'text'))
    .map(({ attributes }) => attributes.name ?? '');

describe('One’s own profile', () => {
  const server = useServer();
  const stored = async (id: string) => {
    const admin = await AdminCaller.register(server);
    return (await admin.get(`/users/${id}`)).body as Record<string, unknown>;
  };

  it('is changed, with language and time zone, and the change is audited', async () => {
    const user = await newPerson(server, { nickname: 'Ali' });
    const browser = await signedInBrowser(server, user);
    expect((await browser.open('/account')).html).toContain(`href="${path}"`);
    const page = await browser.open(path);
    expect(fieldsOn(page)).toEqual(['name', 'given_name', 'family_name', 'nickname', 'locale', 'zoneinfo']);
    const saved = await browser.submit(page, {
      name: ' Alice B. Archer ',
      nickname: '',
      locale: 'de',
      zoneinfo: 'Europe/Zurich',
    });

    expect([saved.url, saved.html.includes('id="notice"')]).toEqual([server.issuer + path, true]);
    expect(await stored(user.id)).toMatchObject({
      name: 'Alice B. Archer',
      nickname: null,
      given_name: null,
      locale: 'de',
      zoneinfo: 'Europe/Zurich',
    });
    expect(byId(saved.html, 'name')?.attributes.value).toBe('Alice B. Archer');
    expect(saved.html).toMatch(/<option value="Europe\/Zurich" selected>/);
    const admin = await AdminCaller.register(server);
    const [event] = itemsOf(await admin.get(`/audit-events?user_id=${user.id}&event=user.updated`));
    expect(event).toMatchObject({
      actor: `user:${user.id}`,
      address: '127.0.0.1',
      detail: {
        changes: {
          name: { from: 'Alice Archer', to: 'Alice B. Archer' },
          nickname: { from: 'Ali', to: null },
          locale: { from: null, to: 'de' },
          zoneinfo: { from: null, to: 'Europe/Zurich' },
        },
      },
    });
  });

  it('keeps a language and a time zone that are not on the lists', async () => {
    const user = await newPerson(server, { locale: 'de-CH', zoneinfo: 'Asia/Calcutta' });
    const browser = await signedInBrowser(server, user);
    await browser.submit(await browser.open(path), { name: 'Alice' });
    expect(await stored(user.id)).toMatchObject({
      name: 'Alice',
      locale: 'de-CH',
      zoneinfo: 'Asia/Calcutta',
    });
  });

  it.each([
    ['name', 'x'.repeat(256)],
    ['name', 'turned \u202e around'],
    ['locale', 'not a language'],
    ['zoneinfo', 'Europe/Nowhere'],
  ])('refuses %s=%j, marks the field and saves nothing', async (name, value) => {
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    const fields = { given_name: 'Alicia', [name]: value };
    const refused = await browser.submit(await browser.open(path), fields);
    expect(refused.status).toBe(400);
    expect(refused.html).toContain('Correct the marked fields. Nothing was saved.');
    const wrong = elements(refused.html).filter(({ attributes }) => attributes['aria-invalid'] === 'true');
    expect(wrong.map(({ attributes }) => attributes.name)).toEqual([name]);
    expect(byId(refused.html, 'given_name')?.attributes.value).toBe('Alicia');
    expect((await stored(user.id)).given_name).toBeNull();
  });

  it('is not overwritten by a page that is older than a change by somebody else', async () => {
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    const page = await browser.open(path);
    const admin = await AdminCaller.register(server);
    await admin.patch(`/users/${user.id}`, { family_name: 'Baker' });
    const refused = await browser.submit(page, { name: 'Alice' });
    expect([refused.status, refused.html.includes('was changed meanwhile')]).toEqual([409, true]);
    await browser.submit(refused, { name: 'Alice' });
    expect(await stored(user.id)).toMatchObject({ name: 'Alice', family_name: 'Baker' });
  });

  it('changes nothing else, whatever the form names', async () => {
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    const forged = {
      gender: 'other',
      email: 'eve@example.com',
      email_verified: 'true',
      administrator: 'true',
      username: 'root',
      __proto__: 'x',
    };
    await browser.submit(await browser.open(path), { name: 'Alice', ...forged });
    expect(await stored(user.id)).toMatchObject({
      name: 'Alice',
      username: user.username,
      gender: null,
      email: null,
      administrator: false,
    });
  });

  it('is for who is signed in alone, and takes no form of another site', async () => {
    expect(shows.signIn(await new TestBrowser(server.issuer).open(path))).toBe(true);
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    const page = await browser.open(path);
    const version =
      byId(page.html, 'name') && elements(page.html).find((e) => e.attributes.name === 'version');
    const fields = { name: 'Eve', version: version?.attributes.value ?? '' };
    const without = await postForm(browser, path, fields);
    const foreign = await postForm(
      browser,
      path,
      { ...fields, _csrf: csrfOf(page) },
      { origin: 'https://evil.example' },
    );
    const versionless = await postForm(browser, path, { name: 'Eve', _csrf: csrfOf(page) });
    expect([without.status, foreign.status, versionless.status]).toEqual([403, 403, 400]);
    expect((await stored(user.id)).name).toBe(user.name);
  });
});

describe('EYRIE_PROFILE_EDITABLE', () => {
  describe('with other members', () => {
    const server = useServer({ EYRIE_PROFILE_EDITABLE: 'website,birthdate' });

    it('lets people change these, and shows what else is known of them', async () => {
      const user = await newPerson(server, { zoneinfo: 'Europe/Paris' });
      const browser = await signedInBrowser(server, user);
      const page = await browser.open(path);
      expect(fieldsOn(page)).toEqual(['birthdate', 'website']);
      expect(page.html).toContain('<dd><bdi>Alice Archer</bdi></dd>');
      expect(page.html).toContain('<dd><bdi>Europe/Paris</bdi></dd>');
      const refused = await browser.submit(page, { website: 'javascript:alert(1)', birthdate: '17.5.1990' });
      expect(refused.html.match(/aria-invalid/g)).toHaveLength(2);
      const typed = { website: 'https://alice.example', birthdate: '1990-05-17', name: 'Eve' };
      const saved = await browser.submit(refused, typed);
      expect(saved.html).toContain('value="https://alice.example"');
      expect(saved.html).toContain('<dd><bdi>Alice Archer</bdi></dd>');
    });
  });

  describe('none', () => {
    const server = useServer({ EYRIE_PROFILE_EDITABLE: 'none' });

    it('shows the profile without a form', async () => {
      const user = await newPerson(server);
      const page = await (await signedInBrowser(server, user)).open(path);
      expect([fieldsOn(page), page.html.includes('Alice Archer')]).toEqual([[], true]);
    });
  });
});
