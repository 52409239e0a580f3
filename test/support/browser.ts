/** What a page or a redirect looks like to the person at the browser. */
export interface Shown {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly html: string;
}

/**
 * A browser without JavaScript over plain HTTP: it keeps cookies, follows redirects within the server, fills forms, and
 * stops where a redirect leaves the server.
 */
export class TestBrowser {
  readonly cookies = new Map<string, string>();

  /** @param fetch how it reaches a server whose certificate nobody else trusts */
  constructor(
    private readonly origin: string,
    private readonly fetch: typeof globalThis.fetch = globalThis.fetch,
  ) {}

  /** Opens a URL (or path) and follows redirects; one that leaves the server is the result. */
  async open(url: string): Promise<Shown> {
    return this.follow(await this.send(url, { method: 'GET' }));
  }

  /** One request, no redirect followed. */
  async send(url: string, init: RequestInit = {}): Promise<Shown> {
    const target = new URL(url, this.origin);
    const headers = new Headers(init.headers);
    if (!headers.has('cookie') && this.cookies.size > 0) {
      headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    const response = await this.fetch(target, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    return {
      status: response.status,
      url: target.href,
      headers: response.headers,
      html: await response.text(),
    };
  }

  /**
   * Submits the page's form that has a field or button of that name, with its hidden fields, checked boxes and prefilled values.
   * @param fields what is typed, and the pressed button's name and value; null leaves a field out, a list repeats it
   */
  async submit(page: Shown, fields: Record<string, string | readonly string[] | null>): Promise<Shown> {
    return this.follow(await this.post(page, fields));
  }

  /** As `submit`, with no redirect followed. */
  async post(
    page: Shown,
    fields: Record<string, string | readonly string[] | null>,
    headers: Record<string, string> = {},
  ): Promise<Shown> {
    const [first = ''] = Object.keys(fields);
    const form = formsOf(page.html).find((candidate) => candidate.html.includes(`name="${first}"`));
    if (!form)
      throw new Error(`no form with ${first} on ${page.url} (${page.status}):\n${page.html.slice(0, 2_000)}`);
    const body = new URLSearchParams();
    for (const [name, value] of form.fields) if (!(name in fields)) body.append(name, value);
    for (const [name, value] of Object.entries(fields)) {
      for (const item of value === null ? [] : [value].flat()) body.append(name, item);
    }
    return this.send(new URL(form.action, page.url).href, {
      method: 'POST',
      body: body.toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: this.origin,
        ...headers,
      },
    });
  }

  private async follow(shown: Shown): Promise<Shown> {
    let current = shown;
    for (let hops = 0; hops < 10; hops++) {
      const location = current.headers.get('location');
      if (location === null) return current;
      const target = new URL(location, current.url);
      if (target.origin !== this.origin) return { ...current, url: target.href };
      current = await this.send(target.href, { method: 'GET' });
    }
    throw new Error(`a redirect loop at ${current.url}`);
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';');
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals).trim();
    const expired = attributes.some(
      (part) => /^\s*max-age=0$/i.test(part) || /^\s*expires=thu, 01 jan 1970/i.test(part),
    );
    if (expired) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(equals + 1).trim());
  }
}

interface Form {
  readonly action: string;
  readonly html: string;
  readonly fields: [name: string, value: string][];
}

function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(
    ([, attributes = '', content = '']) => ({
      action: attribute(attributes, 'action') ?? '',
      html: content,
      fields: [...content.matchAll(/<input\b([^>]*)>/g)].flatMap(([, input = '']) => {
        const name = attribute(input, 'name');
        const type = attribute(input, 'type');
        if (name === undefined || /\bdisabled\b/.test(input)) return [];
        if (type === 'checkbox' && !/\bchecked\b/.test(input)) return [];
        return [[name, attribute(input, 'value') ?? ''] as [string, string]];
      }),
    }),
  );
}

function attribute(text: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`).exec(text)?.[1];
  return value
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** The parameters with which a redirect left for the client. */
export function responseOf(shown: Shown): URLSearchParams {
  const url = new URL(shown.url);
  return url.hash ? new URLSearchParams(url.hash.slice(1)) : url.searchParams;
}

/** Signs in on the sign-in page, or answers the page where already signed in. */
export async function signIn(
  browser: TestBrowser,
  page: Shown,
  user: { username: string; password: string },
): Promise<Shown> {
  return browser.submit(page, { username: user.username, password: user.password });
}

/** Allows everything on the consent page. */
export async function allow(browser: TestBrowser, page: Shown): Promise<Shown> {
  return browser.submit(page, { decision: 'allow' });
}
