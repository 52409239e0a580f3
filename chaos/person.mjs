import { CookieJar, parseForms } from '../bench/pages.mjs';

const maxSteps = 12;

const has =
  (name) =>
  ({ fields }) =>
    fields.some((field) => field.name === name);
const isSignIn = has('password');
const isConsent = has('decision');

/** A person at a browser without JavaScript, who signs in and allows where a page asks for it. */
export class Person {
  #line;
  #jar = new CookieJar();
  /** Whether a sign-in was acknowledged. */
  isSignedIn = false;
  /** The clients whose consent was acknowledged. */
  allowed = new Set();

  constructor(line, username, password) {
    this.#line = line;
    this.username = username;
    this.password = password;
  }

  /**
   * Opens a page, follows redirects and fills the forms that come up, each once.
   *
   * @param {string} path
   * @param {{ signsIn?: (post: () => Promise<object>) => Promise<object>, allows?: (post: () => Promise<object>) => Promise<object> }} ways
   *   how the forms are posted; a form without its way ends the walk
   * @returns {Promise<{ response: Response, html: string, location?: URL, form?: 'sign-in' | 'consent' }>} where it ended: a page (with
   *   the form that it shows), or the redirection to a client
   */
  async walk(path, { signsIn, allows } = {}) {
    let step = await this.#request(path);
    const ways = { 'sign-in': signsIn, consent: allows };
    for (let count = 0; count < maxSteps; count += 1) {
      if (step.location?.origin === this.#line.service.issuer)
        step = await this.#request(step.location.pathname + step.location.search);
      else if (step.location) return step;
      else {
        const way = step.form && ways[step.form];
        if (!way) return step;
        ways[step.form] = undefined;
        const page = step;
        step = await way(() => this.#post(page));
      }
    }
    throw new Error(`no end within ${maxSteps} steps at ${path}`);
  }

  /** Presses the button with this id: posts its form as it is. */
  async press(html, id) {
    const form = parseForms(html).find(({ fields }) => fields.some((field) => field.id === id));
    if (!form) throw new Error(`no button ${id}`);
    return this.#submit(form, {});
  }

  #post(page) {
    const form = parseForms(page.html).find((one) => isSignIn(one) || isConsent(one));
    const typed = isSignIn(form)
      ? { username: this.username, password: this.password }
      : { decision: 'allow' };
    return this.#submit(form, typed);
  }

  #submit({ action, fields }, typed) {
    const values = new URLSearchParams();
    for (const { element, name, value, type } of fields)
      if (element === 'input' && name && type !== 'submit' && !(name in typed))
        values.append(name, value || (type === 'checkbox' ? 'on' : ''));
    for (const [name, value] of Object.entries(typed)) values.append(name, value);
    return this.#request(action, {
      method: 'POST',
      body: values.toString(),
      headers: { origin: this.#line.service.issuer, 'content-type': 'application/x-www-form-urlencoded' },
    });
  }

  async #request(path, init = {}) {
    const cookie = this.#jar.headerFor(path.split('?')[0]);
    const response = await this.#line.send(path, {
      ...init,
      headers: { ...init.headers, ...(cookie ? { cookie } : {}) },
    });
    this.#jar.store(response.headers.getSetCookie());
    const location = response.headers.get('location');
    if (location) return { response, html: '', location: new URL(location, this.#line.service.issuer) };
    const html = await response.text();
    const form = parseForms(html).find((one) => isSignIn(one) || isConsent(one));
    return { response, html, form: form && (isSignIn(form) ? 'sign-in' : 'consent') };
  }
}
