import { createInstance } from 'i18next';
import { defaultLanguage } from './languages.js';
import type { Language, MessageKey, MessageValue, Text } from './message.js';

/** First Strong Isolate and Pop Directional Isolate (Unicode UAX #9): what stands between them does not change the order around it. */
const [isolate, endOfIsolate] = ['\u2068', '\u2069'];

const instance = createInstance();
void instance.init({
  initAsync: false,
  fallbackLng: defaultLanguage.tag,
  resources: {},
  // Keys are whole names, whatever is in them.
  keySeparator: false,
  nsSeparator: false,
  // Views escape what goes into HTML.
  interpolation: { escapeValue: false },
});

/** Puts messages into one language. */
export class Translator {
  private readonly fixed: (key: string, options?: object) => string;
  /** Texts without values, once they have been looked up. */
  private readonly constant = new Map<MessageKey, string>();

  constructor(readonly language: Language) {
    instance.addResourceBundle(language.tag, 'translation', flat(language));
    this.fixed = instance.getFixedT(language.tag) as (key: string, options?: object) => string;
  }

  /** The text of a key with its values, without markup. */
  translate(key: MessageKey, values?: Readonly<Record<string, MessageValue>>): string {
    if (values !== undefined) return this.compose(key, values, (value) => this.write(value));
    const known = this.constant.get(key) ?? this.fixed(key);
    this.constant.set(key, known);
    return known;
  }

  /** A text without markup. */
  textOf(text: Text): string {
    return 'verbatim' in text
      ? (text.inLanguages?.[this.language.tag] ?? text.verbatim)
      : this.translate(text.key, text.values);
  }

  /** @param write how a value is written */
  compose<Value>(
    key: MessageKey,
    values: Readonly<Record<string, Value>>,
    write: (value: Value) => string,
  ): string {
    const replace = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, write(value)]));
    const { count } = values;
    // A value is no text of ours: nothing in it is looked up.
    return this.fixed(
      key,
      typeof count === 'number' ? { replace, count, nest: false } : { replace, nest: false },
    );
  }

  private write(value: MessageValue): string {
    if (typeof value === 'number') return String(value);
    const text = typeof value === 'string' ? value : this.textOf(value);
    return this.language.direction === 'rtl' ? `${isolate}${text}${endOfIsolate}` : text;
  }
}

const inDefault = new Translator(defaultLanguage);
const translators = new Map([[defaultLanguage, inDefault]]);

/** Made when the language is first used. */
export function translatorOf(language: Language): Translator {
  const translator = translators.get(language) ?? new Translator(language);
  translators.set(language, translator);
  return translator;
}

/** A text in English, for the log and for administrators. */
export const inEnglish = (text: Text): string => inDefault.textOf(text);

/** i18next finds a plural form by the suffix of its category. */
function flat({ texts }: Language): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) =>
      typeof text === 'string'
        ? [[key, text]]
        : Object.entries(text).map(([category, form]) => [`${key}_${category}`, form]),
    ),
  );
}
