import { linkTarget } from '../../src/views/links.js';

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
