/** The forms of a text that depends on a number, by the plural categories of its language (Unicode CLDR). */
export type PluralForms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** A language of the pages, as its file declares it. */
export interface LanguageFile<Texts> {
  /** The language tag (RFC 5646). */
  readonly tag: string;
  /** Its own name for itself. */
  readonly name: string;
  readonly direction: 'ltr' | 'rtl';
  /** The locale by which `Intl` writes dates. */
  readonly dateLocale: string;
  /**
   * The texts by their keys. `{{name}}` stands for a value, and `<strong>`, `<hidden>` and `<link>` mark words where a page shows the
   * text as HTML.
   */
  readonly texts: Texts;
}
