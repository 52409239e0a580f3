import { message, type Text, verbatim } from '../locales/message.js';

/** Product tokens, the most specific first: Edge also claims to be Chrome, and Chrome to be Safari. */
const BROWSERS: readonly (readonly [token: RegExp, name: string])[] = [
  [/\b(?:Edg|EdgA|EdgiOS)\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)(?:\.\d+)* (?:Mobile\/\w+ )?Safari\//, 'Safari'],
];

/** Platforms, the most specific first: Android also says Linux, and iPhones say "like Mac OS X". */
const PLATFORMS: readonly (readonly [word: RegExp, name: string])[] = [
  [/\bWindows\b/, 'Windows'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

const MAX_UNKNOWN_LENGTH = 60;

/**
 * A User-Agent header in a few words: `Firefox 131 on Linux`. An unknown one is shown as it is, cut to 60 characters. Only meant
 * for people who compare two sessions.
 */
export function describeUserAgent(userAgent: string | undefined): Text {
  const text = userAgent?.trim();
  if (!text) return message('agent.unknown');
  for (const [token, name] of BROWSERS) {
    const version = token.exec(text)?.[1];
    if (!version) continue;
    const platform = PLATFORMS.find(([word]) => word.test(text))?.[1];
    const browser = `${name} ${version}`;
    return platform ? message('agent.onPlatform', { browser, platform }) : verbatim(browser);
  }
  return verbatim(text.length > MAX_UNKNOWN_LENGTH ? `${text.slice(0, MAX_UNKNOWN_LENGTH)}…` : text);
}
