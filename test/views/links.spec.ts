import { clientAddress, linkTarget } from '../../src/views/links.js';

describe('link targets', () => {
  it.each(['/', '/account', '/docs?a=b#c', 'https://example.com', 'HTTP://127.0.0.1:4000/x'])(
    '%s is a link',
    (target) => {
      expect(linkTarget(target)).toBe(target);
    },
  );

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'https://',
    'account',
    '',
    undefined,
  ])('%j is not', (target) => {
    expect(linkTarget(target)).toBeUndefined();
  });
});

describe('addresses that clients name for themselves', () => {
  it.each(['https://example.com', 'HTTPS://example.com/logo.png?a=b'])('%s is shown', (address) => {
    expect(clientAddress(address)).toBe(address);
  });

  it.each([
    'http://example.com',
    'http://127.0.0.1',
    '/account',
    'https://',
    'javascript:alert(1)',
    '',
    null,
  ])('%j is not', (address) => {
    expect(clientAddress(address)).toBeUndefined();
  });
});
