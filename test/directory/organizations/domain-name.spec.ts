import { domainOfAddress, readDomain } from '../../../src/directory/organizations/domain-name.js';

/** A label whose conversion takes a time that grows with the square of its length. */
const manyLetters = (count: number): string =>
  Array.from({ length: count }, (_, at) => String.fromCodePoint(0x4e_00 + at)).join('');

describe('A domain of an organization', () => {
  it.each([
    ['in any case', 'Example.COM', 'example.com'],
    ['with a dot at its end', 'example.com.', 'example.com'],
    ['below another', 'mail.example.co.uk', 'mail.example.co.uk'],
    ['of an international name', 'bücher.example', 'xn--bcher-kva.example'],
    ['of wide characters', 'ｅxample.com', 'example.com'],
    ['below a suffix that nobody has registered', 'corp.internal', 'corp.internal'],
  ])('%s is read', (_name, typed, domain) => {
    expect(readDomain(typed)).toEqual({ domain });
  });

  it.each([
    ['an IPv4 address', '192.0.2.1', 'must be a domain, not an IP address'],
    ['an IPv4 address of another form', '0x7f.1', 'must be a domain, not an IP address'],
    ['an IPv6 address', '[::1]', 'must be a domain such as example.com'],
    ['one label', 'localhost', 'must be a domain below a public suffix such as com or co.uk'],
    ['a top-level domain', 'com', 'must be a domain below a public suffix such as com or co.uk'],
    ['a public suffix', 'co.uk', 'must be a domain below a public suffix such as com or co.uk'],
    ['a suffix of a provider', 'github.io', 'must be a domain below a public suffix such as com or co.uk'],
    ['a wildcard', '*.example.com', 'must be a domain such as example.com'],
    ['an e-mail address', 'a@example.com', 'must be a domain such as example.com'],
    ['a URL', 'https://example.com', 'must be a domain such as example.com'],
    ['a path', 'example.com/a', 'must be a domain such as example.com'],
    ['an empty label', 'a..com', 'must be a domain such as example.com'],
    ['an underscore', '_a.example.com', 'must be a domain such as example.com'],
    ['a percent sign', 'a%2eb.com', 'must be a domain such as example.com'],
    ['nothing', ' ', 'must be a domain such as example.com'],
    ['a wrong A-label', 'xn--a.com', 'must be a domain such as example.com'],
    [
      'too long a name',
      `${'a'.repeat(60)}.`.repeat(4).slice(0, -1),
      'must be shorter than or equal to 236 characters',
    ],
    ['a name of any length', manyLetters(300), 'must be shorter than or equal to 236 characters'],
  ])('is not %s', (_name, typed, problem) => {
    expect(readDomain(typed)).toEqual({ problem });
  });

  it.each([
    ['ada@Example.com', 'example.com'],
    ['ada@bücher.example', 'xn--bcher-kva.example'],
    ['"a@b"@example.com', 'example.com'],
    ['ada', undefined],
    ['@example.com', undefined],
    ['ada@', undefined],
    ['ada@exa mple.com', undefined],
    [`ada@${manyLetters(300)}`, undefined],
  ])('is compared with that of the address %s', (email, domain) => {
    expect(domainOfAddress(email)).toBe(domain);
  });
});
