/** One start tag as a browser reads it. */
export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const START_TAG = /<([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*\/?>/g;
const ATTRIBUTE = /([a-zA-Z-]+)(?:="([^"]*)")?/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** The start tags of a page in order, attribute values decoded. Reads what our templates write, no more. */
export function elements(html: string, tag?: string): Element[] {
  const found: Element[] = [];
  for (const [, name = '', inside = ''] of html.matchAll(START_TAG)) {
    if (tag !== undefined && tag !== name) continue;
    const attributes: Record<string, string> = {};
    for (const [, key = '', value = ''] of inside.matchAll(ATTRIBUTE)) attributes[key] = decode(value);
    found.push({ tag: name, attributes });
  }
  return found;
}

export function byId(html: string, id: string): Element | undefined {
  return elements(html).find(({ attributes }) => attributes.id === id);
}

/** The links of a page: where they lead, by what they say. */
export function linksOf(html: string): Record<string, string> {
  const found = [...html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/g)];
  return Object.fromEntries(
    found.map(([, attributes = '', content = '']) => [
      decode(content.replace(/<[^>]*>/g, '')).trim(),
      decode(/href="([^"]*)"/.exec(attributes)?.[1] ?? ''),
    ]),
  );
}

/** The values of the hidden fields named so, in order. */
export function hidden(html: string, name: string): (string | undefined)[] {
  return elements(html, 'input')
    .filter(({ attributes }) => attributes.type === 'hidden' && attributes.name === name)
    .map(({ attributes }) => attributes.value);
}

/** The page without text and attribute values: what hostile input must not be able to change. */
export function skeleton(html: string): string {
  return html
    .replace(/="[^"]*"/g, '=""')
    .replace(/>[^<]*</g, '><')
    .trim();
}

export function decode(text: string): string {
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
