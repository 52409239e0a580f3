import { isAbsoluteUri } from '../../src/protocol/resource-indicator.js';

describe('A resource indicator', () => {
  it.each([
    'https://contacts.example.com',
    'urn:example:contacts',
    `https://example.com/${'a'.repeat(2_000)}`,
  ])('may be %s', (uri) => {
    expect(isAbsoluteUri(uri)).toBe(true);
  });

  it.each([
    '',
    'contacts',
    '/contacts',
    'https://example.com/#a',
    'https://example.com/a b',
    'https://exämple.com/',
    'https://[::1',
    `https://example.com/${'a'.repeat(2_048)}`,
    // Parsed, this takes 60 ms.
    `https://${'%E4%B8%80'.repeat(7_000)}/`,
  ])('may not be %s', (uri) => {
    expect(isAbsoluteUri(uri)).toBe(false);
  });
});
