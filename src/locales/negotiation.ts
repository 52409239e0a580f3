import { LRUCache } from 'lru-cache';
import { languages } from './languages.js';
import type { Language } from './message.js';

/** Entries of a list of languages that are looked at. */
const maxEntries = 20;
/** Characters of a list of languages that are looked at. */
const maxListLength = 500;

/** A language in a list, and how much it is wanted (RFC 9110 §12.5.4). */
interface Preference {
  readonly tag: string;
  readonly quality: number;
}

const ofHeaders = new LRUCache<string, { readonly language: Language | undefined }>({ max: 500 });

/** The first of our languages that a list wants: `ui_locales` (OIDC Core §3.1.2.1), tags in the order of preference. */
export function languageOfTags(list: string | undefined): Language | undefined {
  return list === undefined ? undefined : firstMatch(list.slice(0, maxListLength).split(' '));
}

/** The best of our languages for an `Accept-Language` header (RFC 9110 §12.5.4). */
export function languageOfHeader(header: string | undefined): Language | undefined {
  if (header === undefined) return undefined;
  const list = header.slice(0, maxListLength);
  const known = ofHeaders.get(list);
  if (known) return known.language;
  const preferences = list.split(',').slice(0, maxEntries).flatMap(preferenceIn);
  const inOrder = preferences.toSorted((one, other) => other.quality - one.quality);
  const language = firstMatch(inOrder.map(({ tag }) => tag));
  ofHeaders.set(list, { language });
  return language;
}

/** "The most preferred language is the one with the highest quality"; a quality of 0 means "not acceptable" (RFC 9110 §12.4.2). */
function preferenceIn(entry: string): Preference[] {
  const [tag = '', ...parameters] = entry.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2) ?? '1';
  const quality = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0;
  return quality > 0 ? [{ tag, quality }] : [];
}

/** Languages in the script that people read come first: a reader of traditional Chinese gets simplified Chinese only instead of nothing. */
function firstMatch(tags: readonly string[]): Language | undefined {
  const wanted = tags.slice(0, maxEntries).flatMap(localeOf);
  const inScript = wanted.flatMap(({ language, script }) =>
    ours.filter((our) => our.locale.language === language && our.locale.script === script),
  );
  const inLanguage = wanted.flatMap(({ language }) => ours.filter((our) => our.locale.language === language));
  return (inScript[0] ?? inLanguage[0])?.language;
}

/** With the likely script: `zh-TW` is `zh-Hant-TW`. What is no language tag is left out. */
function localeOf(tag: string): Intl.Locale[] {
  try {
    return [new Intl.Locale(tag).maximize()];
  } catch {
    return [];
  }
}

const ours = languages.map((language) => ({
  language,
  locale: new Intl.Locale(language.tag).maximize(),
}));
