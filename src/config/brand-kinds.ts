import { isMailAddress } from './mail-url.js';
import { SettingError } from './setting-error.js';
import type { Kind } from './setting-kinds.js';

/** The colours of the style sheet that an operator can replace, by the names of their custom properties. */
export const colorNames = [
  'ground',
  'surface',
  'sunken',
  'ink',
  'quiet',
  'line',
  'control-line',
  'accent',
  'accent-strong',
  'on-accent',
  'accent-soft',
  'danger',
  'danger-soft',
  'good',
  'good-soft',
] as const;
export type ColorName = (typeof colorNames)[number];

/** Colours as `#rrggbb`, in lower case. */
export type Colors = Readonly<Partial<Record<ColorName, string>>>;

/** A link in the footer of pages and mails. */
export interface BrandLink {
  readonly label: string;
  readonly href: string;
}

const maxNameCharacters = 64;

/** A name in one line, without characters that mislead who reads it. */
export const brandName: Kind<string> = (value, name) => {
  if (isLine(value)) return value;
  throw new SettingError(`${name} is "${value}": use a name of up to ${maxNameCharacters} characters`);
};

/** `name=#rrggbb` between commas. */
export const colors: Kind<Colors> = (value, name) => {
  const entries = assignmentsIn(value).map(([color, code]) => {
    const known = colorNames.find((candidate) => candidate === color);
    if (known !== undefined && /^#[\da-f]{6}$/i.test(code)) return [known, code.toLowerCase()] as const;
    throw new SettingError(
      `${name} holds "${color}${code && `=${code}`}": use entries such as accent=#0d5a66, with the names ${colorNames.join(', ')}`,
    );
  });
  return Object.fromEntries(entries);
};

/** `label=URL` between commas. */
export const brandLinks: Kind<readonly BrandLink[]> = (value, name) =>
  assignmentsIn(value).map(([label, href]) => {
    if (isLine(label) && isWebPage(href)) return { label, href };
    throw new SettingError(
      `${name} holds "${label}${href && `=${href}`}": use entries such as privacy=https://example.com/privacy, with commas in URLs written as %2C`,
    );
  });

/** An e-mail address, or the URL of a page. */
export const supportAddress: Kind<BrandLink> = (value, name) => {
  if (isWebPage(value)) return { label: value.replace(/^https?:\/\/|\/$/gi, ''), href: value };
  if (isMailAddress(value))
    return { label: value, href: `mailto:${value.replace(/[%?&#]/g, encodeURIComponent)}` };
  throw new SettingError(`${name} is "${value}": use an e-mail address or the URL of a page`);
};

/** The parts before and after the first `=` of each entry. */
function assignmentsIn(list: string): [name: string, value: string][] {
  const entries = list.split(',').map((entry) => entry.trim());
  return entries.filter(Boolean).map((entry) => {
    const [, name = entry, value = ''] = /^([^=]*)=(.*)$/s.exec(entry) ?? [];
    return [name.trim(), value.trim()];
  });
}

const isLine = (text: string): boolean =>
  Array.from(text).length <= maxNameCharacters && /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(text);

const isWebPage = (text: string): boolean => /^https?:\/\/[^\s"<>]+$/i.test(text) && URL.canParse(text);
