import { namesUri, normalizeUri } from '../../src/protocol/uri.js';

describe('A18 identifiers that are URIs (RFC 3986 §6.2.2, §6.2.3)', () => {
  it.each([
    ['https://api.example', 'https://api.example/'],
    ['HTTPS://API.Example/', 'https://api.example/'],
    ['https://api.example:443', 'https://api.example/'],
    ['https://api.example:/', 'https://api.example/'],
    ['http://api.example:80/a', 'http://api.example/a'],
    ['https://api.example:8443', 'https://api.example:8443/'],
    ['https://[2001:DB8::1]:443/', 'https://[2001:db8::1]/'],
    ['https://api.example/%7euser/%41', 'https://api.example/~user/A'],
    ['https://api.example/a%2fb', 'https://api.example/a%2Fb'],
    ['https://%41pi.example', 'https://api.example/'],
    ['https://api.example/a/./b/../c', 'https://api.example/a/c'],
    ['https://api.example/../a/..', 'https://api.example/'],
    ['https://api.example/a/%2e%2E/b', 'https://api.example/b'],
    ['https://api.example?tenant=%61', 'https://api.example/?tenant=a'],
    ['https://User@API.example', 'https://User@api.example/'],
    ['API://contacts', 'api://contacts/'],
    ['URN:example:%6dail', 'urn:example:mail'],
    ['urn:example:a/../b', 'urn:example:a/../b'],
    ['contacts', 'contacts'],
    ['', ''],
  ])('%s has the form %s', (uri, form) => {
    expect(normalizeUri(uri)).toBe(form);
    expect(normalizeUri(form)).toBe(form);
  });

  it.each([
    ['https://api.example/v1', 'https://api.example/v1/'],
    ['https://api.example/v1', 'https://api.example/V1'],
    ['https://api.example', 'http://api.example'],
    ['https://api.example', 'https://api.example:80'],
    ['https://api.example', 'https://api.example?'],
    ['https://api.example/a/b', 'https://api.example/a%2Fb'],
    ['https://api.example', 'https://api.example/#'],
    ['urn:example:mail', 'urn:Example:mail'],
    ['contacts', 'Contacts'],
  ])('%s is not %s', (registered, other) => {
    expect(namesUri([registered], other)).toBe(false);
    expect(namesUri([registered, other], other)).toBe(true);
  });
});
