import type { MessageKey, MessageValue } from '../locales/message.js';
import type { Translator } from '../locales/translator.js';

/** HTML that needs no escaping. */
export class Markup {
  constructor(private readonly html: string) {}

  toString(): string {
    return this.html;
  }
}

/** The values of a message that is shown as HTML. */
export type MarkupValues = Readonly<Record<string, MessageValue | Markup>>;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as HTML, in content and in attributes. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** A value that is emphasized. */
export const strong = (text: string): Markup => new Markup(`<strong><bdi>${escaped(text)}</bdi></strong>`);

/**
 * A message as HTML: every value is escaped, and its direction changes nothing around it.
 * @param href where the `<link>` in the message leads
 */
export function markupOf(
  translator: Translator,
  key: MessageKey,
  values: MarkupValues = {},
  href = '/',
): string {
  const write = (value: MessageValue | Markup): string => {
    if (value instanceof Markup) return value.toString();
    if (typeof value === 'number') return String(value);
    return `<bdi>${escaped(typeof value === 'string' ? value : translator.textOf(value))}</bdi>`;
  };
  return translator
    .compose(key, values, write)
    .replaceAll('<hidden>', '<span class="visually-hidden">')
    .replaceAll('</hidden>', '</span>')
    .replaceAll('<link>', `<a href="${escaped(href)}">`)
    .replaceAll('</link>', '</a>');
}
