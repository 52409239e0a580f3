import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { english } from '../../src/locales/en.js';
import { defaultLanguage, languages } from '../../src/locales/languages.js';
import { type Language, message, type MessageKey, verbatim } from '../../src/locales/message.js';
import { translatorOf } from '../../src/locales/translator.js';
import { personScopes } from '../../src/protocol/scope.js';
import { adminScopes } from '../../src/resource/resource-catalogue.js';
import { codeOf, filesOf } from '../support/imports.js';
import { pageNames, render } from '../support/rendering.js';
import { samples } from '../support/sample-pages.js';

const keys = Object.keys(english.texts) as MessageKey[];
const templates = join(import.meta.dirname, '..', '..', 'src', 'views', 'templates');
const templateTexts = readdirSync(templates).map((name) => readFileSync(join(templates, name), 'utf8'));

const formsOf = ({ texts }: Language, key: MessageKey): string[] => {
  const text = texts[key];
  if (text === undefined) return [];
  return typeof text === 'string' ? [text] : Object.values(text);
};
const placeholders = (text: string): string[] =>
  [...new Set([...text.matchAll(/{{(\w+)}}/g)].map(([, name = '']) => name))].toSorted();
const tags = (text: string): string[] => [...text.matchAll(/<\/?\w+>/g)].map(([tag]) => tag).toSorted();

describe('The list of languages', () => {
  it('has English, and names each language once', () => {
    expect(languages).toContain(defaultLanguage);
    expect(new Set(languages.map(({ tag }) => tag)).size).toBe(languages.length);
  });

  it('has a file for each language, and no other', () => {
    const files = readdirSync(join(import.meta.dirname, '..', '..', 'src', 'locales'));
    const tagged = languages.map(({ tag }) => `${tag}.ts`);
    expect(files.filter((name) => /^[a-z]{2}(-\w+)?\.ts$/.test(name)).toSorted()).toEqual(tagged.toSorted());
  });
});

describe.each(languages.map((language) => [language.name, language] as const))('%s', (_name, language) => {
  it('has a valid tag, a locale for dates, and the direction of its script', () => {
    expect(Intl.getCanonicalLocales(language.tag)).toEqual([language.tag]);
    expect(Intl.DateTimeFormat.supportedLocalesOf(language.dateLocale)).toHaveLength(1);
    const script = new Intl.Locale(language.tag).maximize().script;
    expect(language.direction).toBe(script === 'Arab' || script === 'Hebr' ? 'rtl' : 'ltr');
  });

  it('has every text', () => {
    expect(keys.filter((key) => formsOf(language, key).every((text) => text.trim() === ''))).toEqual([]);
    expect(Object.keys(language.texts).filter((key) => !(key in english.texts))).toEqual([]);
  });

  it('names the placeholders and tags of the English texts', () => {
    const differing = keys.filter((key) => {
      const [first = ''] = formsOf(defaultLanguage, key).slice(-1);
      return formsOf(language, key).some((text) => {
        // "One hour" needs no number.
        const names = placeholders(text);
        const expected = placeholders(first);
        const isSame = expected.every((name) => names.includes(name) || name === 'count');
        return (
          !isSame ||
          names.some((name) => !expected.includes(name)) ||
          String(tags(text)) !== String(tags(first))
        );
      });
    });
    expect(differing).toEqual([]);
  });

  it('has the plural forms of its grammar', () => {
    const categories = new Intl.PluralRules(language.tag).resolvedOptions().pluralCategories.toSorted();
    const plurals = Object.values(language.texts).filter((text) => typeof text !== 'string');
    expect(plurals.map((forms) => Object.keys(forms).toSorted())).toEqual(plurals.map(() => categories));
  });

  it('has no character in its texts that HTML reads as its own, tags apart', () => {
    const marked = /<(?!\/?(?:strong|hidden|link)>)|(?<!<\/?(?:strong|hidden|link))>|&|"/;
    expect(keys.filter((key) => formsOf(language, key).some((text) => marked.test(text)))).toEqual([]);
  });

  it.each(pageNames)('shows the page %s without a gap', (name) => {
    const page = render(name, samples[name], language);
    expect(page).toContain(`<html lang="${language.tag}" dir="${language.direction}">`);
    expect(page).not.toMatch(/{{|undefined|\[object/);
    expect(keys.filter((key) => page.includes(`>${key}<`))).toEqual([]);
  });
});

describe('The keys of the texts', () => {
  const named = templateTexts.flatMap((text) =>
    [...text.matchAll(/'([a-z]\w*\.[\w.]+)'/g)].map(([, key = '']) => key),
  );

  it('that templates name exist', () => {
    expect(named.filter((key) => !(key in english.texts))).toEqual([]);
  });

  it('are all named by a template or by code', () => {
    const code = filesOf('src').filter((path) => !path.startsWith('src/locales/'));
    const literals = new Set(code.flatMap((path) => codeOf(path).match(/'[a-z]\w*\.[\w.]+'/g) ?? []));
    const isNamed = (key: string): boolean =>
      key.startsWith('scope.') || named.includes(key) || literals.has(`'${key}'`);
    expect(keys.filter((key) => !isNamed(key))).toEqual([]);
  });

  it('that begin with scope are the scopes of Eyrie itself', () => {
    const ofScopes = keys.filter((key) => key.startsWith('scope.')).map((key) => key.slice('scope.'.length));
    expect(ofScopes.toSorted()).toEqual([...personScopes, ...Object.keys(adminScopes)].toSorted());
  });

  it('get the values that their texts name wherever a template gives values', () => {
    const uses = templateTexts.flatMap((text) => [
      ...text.matchAll(/it\.(?:t|html)\('([^']+)'(?:, {([^}]*)})?/g),
    ]);
    const wrong = uses.filter(([, key = '', given = '']) => {
      const names = given.split(/,(?![^(]*\))/).flatMap((part) => part.split(':')[0]?.trim() || []);
      const [text = ''] = formsOf(defaultLanguage, key as MessageKey).slice(-1);
      return String(names.toSorted()) !== String(placeholders(text));
    });
    expect(wrong.map(([use]) => use)).toEqual([]);
  });
});

describe('A value in a message', () => {
  it.each(['{{client}}', '$t(common.deny)', '$& $1', '<b>&amp;</b>'])('%s stays as it is', (client) => {
    const translator = translatorOf(defaultLanguage);
    expect(translator.textOf(message('common.backTo', { client }))).toBe(`Back to ${client}`);
  });

  it('may be another message, or a text that is in no language', () => {
    const translator = translatorOf(defaultLanguage);
    expect(translator.textOf(message('newPassword.refused', { violation: message('password.common') }))).toBe(
      'The new password is a common password.',
    );
    expect(translator.textOf(message('common.backTo', { client: verbatim('A') }))).toBe('Back to A');
  });
});
