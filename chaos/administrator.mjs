import { RelyingParty } from './relying-party.mjs';
import { adminScope } from './scenario.mjs';

/** A service that calls the admin API. */
export class Administrator {
  #line;
  #party;
  #token;

  constructor(line, server) {
    this.#line = line;
    this.#party = new RelyingParty(line, server, 'chaos-admin');
  }

  /**
   * @param {string} method
   * @param {string} path below /admin
   * @param {object} [body]
   * @returns {Promise<{ status: number, body: any }>}
   */
  async call(method, path, body) {
    this.#token ??= (await this.#party.clientCredentials(adminScope)).body.access_token;
    const response = await this.#line.send(`/admin${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json().catch(() => undefined) };
  }
}
