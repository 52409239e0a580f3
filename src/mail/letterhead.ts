import { message } from '../locales/message.js';
import type { Language } from '../locales/message.js';
import { translatorOf } from '../locales/translator.js';
import type { Brand } from '../views/brand.js';
import type { LetterFoot, Letterhead } from './letter.js';

/** What every mail has of the operator's look: the colours of light pages, and a foot with name, help and links. */
export function letterheadOf(
  { name, support, links, palettes: { light } }: Brand,
  language: Language,
): Letterhead {
  const translator = translatorOf(language);
  const lines: LetterFoot['lines'] = [
    ...(support
      ? [{ label: translator.textOf(message('layout.help')), text: support.label, href: support.href }]
      : []),
    ...links.map(({ label, href }) => ({ label: translator.textOf(label), text: href, href })),
  ];
  const isOwn = name !== 'Eyrie' || lines.length > 0;
  return {
    button: { color: light.accent, text: light['on-accent'] },
    foot: isOwn ? { name, lines } : undefined,
  };
}
