import type { Language } from '../locales/message.js';

/** What a mail says, in the language of its reader and without its form. */
export interface Letter {
  readonly language: Pick<Language, 'tag' | 'direction'>;
  readonly subject: string;
  /** Sentences, in their order. */
  readonly paragraphs: readonly string[];
  /** What happened, as names and values. */
  readonly facts?: readonly (readonly [name: string, value: string])[];
  /** The one thing to do. */
  readonly link?: { readonly label: string; readonly href: string };
  /** What to do if the person did not expect it. */
  readonly unexpected?: string;
}

/** What every mail of this service has. */
export interface Letterhead {
  /** The colour of buttons and of the text on them. */
  readonly button: { readonly color: string; readonly text: string };
  /** Who writes, and where to find more; absent if the operator has not said it. */
  readonly foot: LetterFoot | undefined;
}

export interface LetterFoot {
  readonly name: string;
  readonly lines: readonly { readonly label: string; readonly text: string; readonly href: string }[];
}

/** The letter as text, for programs that show no HTML. */
export function letterAsText(
  { paragraphs, facts = [], link, unexpected }: Letter,
  { foot }: Letterhead,
): string {
  const listed = facts.map(([name, value]) => `${name}: ${value}`).join('\n');
  // RFC 3676 §4.3: by this line, programs know the part that needs no reading.
  const signature =
    foot && ['-- ', foot.name, ...foot.lines.map(({ label, text }) => `${label}: ${text}`)].join('\n');
  const parts = [...paragraphs, listed, link && `${link.label}:\n${link.href}`, unexpected, signature];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** The letter as HTML, with no image and nothing to fetch. Every text is escaped. */
export function letterAsHtml(
  { language, subject, paragraphs, facts = [], link, unexpected }: Letter,
  letterhead: Letterhead,
): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><th style="text-align:start">${escaped(name)}</th><td><bdi>${escaped(value)}</bdi></td></tr>`,
  );
  const parts = [
    ...paragraphs.map((text) => `<p>${escaped(text)}</p>`),
    ...(rows.length > 0 ? [`<table cellpadding="4">${rows.join('')}</table>`] : []),
    ...(link ? [button(link.label, link.href, letterhead)] : []),
    ...(unexpected === undefined ? [] : [`<p style="color:#555">${escaped(unexpected)}</p>`]),
    ...(letterhead.foot ? [footAsHtml(letterhead.foot)] : []),
  ];
  return `<!doctype html>
<html lang="${language.tag}" dir="${language.direction}">
<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body dir="${language.direction}" style="font-family:sans-serif;line-height:1.5;max-width:36em;margin:1em auto;padding:0 1em">
${parts.join('\n')}
</body>
</html>
`;
}

/** A link that looks like a button, and its address for those who would rather read it first. */
function button(label: string, href: string, { button: { color, text } }: Letterhead): string {
  const target = escaped(href);
  return `<p><a href="${target}" style="display:inline-block;padding:.6em 1.2em;border-radius:.4em;background:${color};color:${text};text-decoration:none">${escaped(label)}</a></p>
<p dir="ltr" style="font-size:.85em;word-break:break-all">${target}</p>`;
}

function footAsHtml({ name, lines }: LetterFoot): string {
  const links = lines.map(
    ({ label, text, href }) => `${escaped(label)}: <a href="${escaped(href)}">${escaped(text)}</a>`,
  );
  return `<hr><p style="font-size:.85em;color:#555">${[escaped(name), ...links].join('<br>')}</p>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
