import { readSettings } from '../../src/config/settings.js';
import type { Resource } from '../../src/persistence/entities/resource.entity.js';
import type { ResourcesStore } from '../../src/persistence/stores/resources.store.js';
import { ResourceCatalogue } from '../../src/resource/resource-catalogue.js';
import { inEnglish } from '../../src/locales/translator.js';

const issuer = 'https://id.example.com';
const contacts = {
  identifier: 'https://contacts.example.com',
  scopes: { 'contacts.read': 'Read your contacts' },
};

function catalogueOf(all: () => Promise<unknown[]>): ResourceCatalogue {
  const store = { all: all as () => Promise<Resource[]> } as ResourcesStore;
  return new ResourceCatalogue(store, readSettings({ EYRIE_ISSUER: issuer }));
}

describe('The resource catalogue', () => {
  it.each([
    [['contacts.read'], [contacts.identifier]],
    [
      ['openid', 'contacts.read'],
      [issuer, contacts.identifier],
    ],
    [['openid', 'email'], [issuer]],
    [['nobody.knows'], [issuer]],
    [['constructor', '__proto__'], [issuer]],
    [[], [issuer]],
  ])('a token with %j is meant for %j', async (scopes, audience) => {
    expect(await catalogueOf(async () => [contacts]).audienceOf(scopes)).toEqual(audience);
  });

  it('no resource takes a scope of Eyrie itself', async () => {
    const thief = { identifier: 'https://evil.example', scopes: { openid: 'x', 'eyrie.admin': 'x' } };
    const catalogue = catalogueOf(async () => [thief]);
    expect(await catalogue.audienceOf(['openid', 'eyrie.admin'])).toEqual([issuer]);
  });

  it('a scope without words stands for itself', async () => {
    const catalogue = catalogueOf(async () => [contacts]);
    expect(inEnglish(await catalogue.describe('contacts.read'))).toBe('Read your contacts');
    expect(inEnglish(await catalogue.describe('__proto__'))).toBe('__proto__');
  });

  it('a change while it is being read is seen, and fails no request', async () => {
    const readings: ((resources: unknown[]) => void)[] = [];
    const catalogue = catalogueOf(() => new Promise((resolve) => readings.push(resolve)));
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    const audience = catalogue.audienceOf(['contacts.read']);
    await settle();
    catalogue.forget();
    await settle();
    readings[0]?.([]);
    readings[1]?.([contacts]);
    expect(await audience).toEqual([contacts.identifier]);
  });
});
