import { describeUserAgent } from '../../src/views/user-agent.js';
import { inEnglish } from '../../src/locales/translator.js';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

describe('user agents in a few words', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0', 'Firefox 131 on Linux'],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/130.0.0.0 Safari/537.36`,
      'Chrome 130 on Windows',
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.1.2`,
      'Edge 130 on Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
      'Safari 18 on macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari 18 on iPhone',
    ],
    [
      `Mozilla/5.0 (Linux; Android 14; Pixel 8) ${WEBKIT} Chrome/130.0.0.0 Mobile Safari/537.36`,
      'Chrome 130 on Android',
    ],
    ['Firefox/140.0', 'Firefox 140'],
    ['curl/8.5.0', 'curl/8.5.0'],
    ['   ', 'Unknown browser'],
    [undefined, 'Unknown browser'],
  ])('%s', (header, words) => {
    expect(inEnglish(describeUserAgent(header))).toBe(words);
  });

  it('an endless header is cut', () => {
    expect(inEnglish(describeUserAgent('x'.repeat(5000)))).toBe(`${'x'.repeat(60)}…`);
  });
});
