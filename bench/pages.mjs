const ENTITIES = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&#x2F;': '/',
};

const unescape = (text) =>
  text.replace(/&(?:amp|lt|gt|quot|#39|#x27|#x2F);/gi, (entity) => ENTITIES[entity.toLowerCase()] ?? '/');

/** Cookies of one origin, kept by name and path. */
export class CookieJar {
  #cookies = new Map();

  store(setCookieHeaders) {
    for (const header of setCookieHeaders) {
      const [pair, ...attributes] = header.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(name.length + 1);
      const attribute = (wanted) =>
        attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
      const path = attribute('path') ?? '/';
      const expired = Number(attribute('max-age')) <= 0 || Date.parse(attribute('expires')) <= Date.now();
      if (expired) this.#cookies.delete(`${name} ${path}`);
      else this.#cookies.set(`${name} ${path}`, { name, value, path });
    }
  }

  /** The value of the Cookie header for a path; empty if there is none. */
  headerFor(pathname) {
    return [...this.#cookies.values()]
      .filter(({ path }) => pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}

/** The forms of a page: the action of each, and its fields with every box checked and no button pressed. */
export function parseForms(html) {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, tag, content]) => {
    const fields = [...content.matchAll(/<(input|button)\b([^>]*)>/gi)].map(([, element, attributes]) => ({
      element: element.toLowerCase(),
      id: attributeOf(attributes, 'id'),
      name: attributeOf(attributes, 'name'),
      value: attributeOf(attributes, 'value') ?? '',
      type: attributeOf(attributes, 'type')?.toLowerCase(),
    }));
    return { action: attributeOf(tag, 'action') ?? '', fields };
  });
}

function attributeOf(attributes, name) {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(
    attributes,
  );
  return match ? unescape(match[1] ?? match[2] ?? match[3]) : undefined;
}
