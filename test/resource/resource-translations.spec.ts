import { authorizeUrl } from '../support/authorization-requests.js';
import { AdminCaller } from '../support/admin-caller.js';
import { signIn } from '../support/browser.js';
import { alice, contacts, messageWriter, useServer } from '../support/server.js';
import { useBrowser } from '../support/use-browser.js';

const translations = {
  de: { name: 'Kontaktspeicher', scopes: { 'contacts.read': 'Ihre Kontakte lesen' } },
  ar: { scopes: { 'contacts.read': 'قراءة جهات اتصالك' } },
};

describe('A resource with words in other languages', () => {
  const server = useServer({}, { users: [alice], clients: [messageWriter] });
  const browser = useBrowser(server);
  let admin: AdminCaller;
  let resource: object;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    const { identifier, name, scopes } = contacts;
    resource = { identifier, name, scopes };
    await admin.put('/resources', { ...resource, translations });
  });

  const consentIn = async (ui_locales: string): Promise<string> => {
    const url = authorizeUrl({ ui_locales, scope: 'openid contacts.read', prompt: 'consent' });
    return (await signIn(browser, await browser.open(url), alice)).html;
  };

  it.each([
    ['de', 'Ihre Kontakte lesen', 'Kontaktspeicher'],
    ['ar', 'قراءة جهات اتصالك', contacts.name],
    ['fr', contacts.scopes['contacts.read'], contacts.name],
    ['en', contacts.scopes['contacts.read'], contacts.name],
  ])('asks for consent in %s with the words that it has there', async (language, description, name) => {
    const page = await consentIn(language);
    expect(page).toContain(`>${description}</label>`);
    expect(page).toContain(`<bdi>${name}</bdi></h2>`);
  });

  it('is read back with them', async () => {
    const { body } = await admin.get(`/resources/${encodeURIComponent(contacts.identifier)}`);
    expect(body.translations).toEqual(translations);
  });

  it('keeps them when a change says nothing of them, and loses them when it says so', async () => {
    const kept = await admin.put('/resources', { ...resource, name: 'Contacts' });
    expect(kept.body).toMatchObject({ name: 'Contacts', translations });
    const lost = await admin.put('/resources', { ...resource, translations: {} });
    expect(lost.body.translations).toEqual({});
    expect(await consentIn('de')).toContain(`>${contacts.scopes['contacts.read']}</label>`);
    await admin.put('/resources', { ...resource, translations });
  });

  it('records a change of them, and none where nothing differs', async () => {
    const changesOf = async (): Promise<unknown[]> => {
      const { body } = await admin.get('/audit-events?event=resource.updated');
      return body.items as unknown[];
    };
    const before = await changesOf();
    await admin.put('/resources', { ...resource, translations });
    expect(await changesOf()).toHaveLength(before.length);
    await admin.put('/resources', { ...resource, translations: { es: { name: 'Contactos' } } });
    expect(await changesOf()).toHaveLength(before.length + 1);
  });

  it.each([
    ['a language that pages do not have', { tlh: { name: 'x' } }, 'translations.tlh'],
    ['a language by another tag', { 'de-AT': { name: 'x' } }, 'translations.de-AT'],
    ['a name of an object', { ['__proto__x']: {} }, 'translations.__proto__x'],
    ['words that are no object', { de: 'x' }, 'translations.de'],
    ['words that are a list', { de: [] }, 'translations.de'],
    ['an unknown member', { de: { title: 'x' } }, 'translations.de'],
    ['an empty name', { de: { name: ' ' } }, 'translations.de.name'],
    ['a name that is no text', { de: { name: 7 } }, 'translations.de.name'],
    ['a name that is too long', { de: { name: 'x'.repeat(256) } }, 'translations.de.name'],
    ['a name that misleads people', { de: { name: 'A\u202e' } }, 'translations.de.name'],
    ['scopes that are no object', { de: { scopes: 'x' } }, 'translations.de.scopes'],
    ['a scope of nobody', { de: { scopes: { banana: 'x' } } }, 'translations.de.scopes.banana'],
    ['no words', { de: { scopes: { 'contacts.read': null } } }, 'translations.de.scopes.contacts.read'],
  ])('refuses %s', async (_what, given, field) => {
    const refused = await admin.put('/resources', { ...resource, translations: given });
    expect(refused.status).toBe(400);
    expect(String(refused.body.message)).toContain(`${field} `);
  });

  it.each([null, 'de', 7, []])('refuses translations that are %j', async (given) => {
    expect((await admin.put('/resources', { ...resource, translations: given })).status).toBe(400);
  });
});
