import { Connection } from './connection.mjs';
import { CookieJar, parseForms } from './pages.mjs';
import { user } from './scenario.mjs';

const MAX_STEPS = 12;

/** A page that is none of those that lead to the client. */
export class RefusedStep extends Error {
  constructor(message, response) {
    super(message);
    this.response = response;
  }
}

const isSignIn = ({ fields }) => fields.some(({ name }) => name === 'password');
const isConsent = ({ fields }) => fields.some(({ name, value }) => name === 'decision' && value === 'allow');

/** The body that a person would post with the sign-in or the consent form of a page. Throws if there is neither. */
function fillForm(html, { username, password }) {
  const form = parseForms(html).find((one) => isSignIn(one) || isConsent(one));
  if (!form)
    throw new Error(`a page without a sign-in or consent form: ${html.replace(/\s+/g, ' ').slice(0, 400)}`);

  const typed = isSignIn(form) ? { username, password } : { decision: 'allow' };
  const values = new URLSearchParams();
  for (const { element, name, value, type } of form.fields) {
    const sent = element === 'input' && name && type !== 'submit' && !(name in typed);
    if (sent) values.append(name, value || (type === 'checkbox' ? 'on' : ''));
  }
  for (const [name, value] of Object.entries(typed)) values.append(name, value);
  return { action: form.action, body: values.toString() };
}

/**
 * Completes an authorization request as a browser would: follows redirects, signs in and allows everything, until the server redirects
 * to another origin.
 *
 * @param {string} origin the origin of the server
 * @param {string} target path and query of the authorization request
 * @param {{ username: string, password: string }} [who]
 * @returns {Promise<{ location: URL, cookie: string }>} the redirection to the client, and the Cookie header's value
 *   with which the next authorization request finds the session
 */
export async function authorizeAsUser(origin, target, who = user) {
  const connection = new Connection(origin);
  const jar = new CookieJar();
  try {
    let url = new URL(target, origin);
    let form;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const cookie = jar.headerFor(url.pathname);
      const cookieLine = cookie ? `cookie: ${cookie}\r\n` : '';
      const formLines =
        form === undefined ? '' : `origin: ${origin}\r\ncontent-type: application/x-www-form-urlencoded\r\n`;
      const method = form === undefined ? 'GET' : 'POST';
      const response = await connection.request(
        method,
        url.pathname + url.search,
        cookieLine + formLines,
        form,
      );
      jar.store(response.headers('set-cookie'));

      const location = response.header('location');
      if (location) {
        url = new URL(location, url);
        form = undefined;
        if (url.origin !== origin) return { location: url, cookie: jar.headerFor('/authorize') };
        continue;
      }
      if (response.status !== 200) {
        throw new RefusedStep(
          `${method} ${url.pathname} answered ${response.status}: ${response.body.slice(0, 400)}`,
          response,
        );
      }
      const filled = fillForm(response.body, who);
      url = new URL(filled.action, url);
      form = filled.body;
    }
    throw new Error(`no redirection to the client within ${MAX_STEPS} steps`);
  } finally {
    connection.close();
  }
}
