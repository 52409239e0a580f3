import { pick } from './random.mjs';
import { malformed } from './unavailable-form.mjs';

/** The outcome of a request is not known: it was answered with 503, or not at all. What it asked for may have happened. */
export class Unanswered extends Error {}

/**
 * How one client reaches the service: each request goes to a replica by chance. It notes the outcome of each, and checks what must be true
 * of every answer.
 */
export class Line {
  /** What the client is doing, for the report. */
  operation = 'set up';

  /** @param {{ service: object, watch: object, random: () => number, requestLimit: number }} options `requestLimit` in seconds */
  constructor({ service, watch, random, requestLimit }) {
    this.service = service;
    this.watch = watch;
    this.random = random;
    this.requestLimit = requestLimit;
  }

  /** For libraries that take a `fetch`. */
  fetch = (url, init) => this.send(new URL(url).pathname + new URL(url).search, init);

  /**
   * @param {string} path with its query
   * @param {RequestInit} [init]
   * @param {number} [replica] its index; one by chance, if omitted
   * @returns {Promise<Response>} one that was answered
   * @throws {Unanswered}
   */
  async send(
    path,
    init = {},
    replica = this.service.replicas.indexOf(pick(this.random, this.service.replicas)),
  ) {
    const { operation } = this;
    const startedAt = performance.now();
    const noted = (outcome, detail) => {
      this.watch.note({
        operation,
        replica,
        outcome,
        startedAt,
        detail: `${init.method ?? 'GET'} ${path.split('?')[0]}: ${detail}`,
      });
    };
    let response;
    let body;
    try {
      response = await fetch(this.service.replicas[replica].url + path, {
        ...init,
        redirect: 'manual',
        signal: AbortSignal.timeout(this.requestLimit * 1_000),
      });
      body = await response.text();
    } catch (error) {
      if (error.name === 'TimeoutError')
        this.watch.violate('in time', `${operation}: ${path} was not answered within ${this.requestLimit} s`);
      else noted('broken', error.cause?.code ?? error.cause?.message ?? error.message);
      throw new Unanswered(error.message);
    }
    if (response.status >= 500) {
      noted('unavailable', `${response.status} ${body.slice(0, 300)}`);
      const fault = malformed(path, response, body);
      if (fault)
        this.watch.violate(
          'form of errors',
          `${operation}: ${path} answered ${response.status}: ${fault}: ${body.slice(0, 300)}`,
        );
      throw new Unanswered(`${response.status}`);
    }
    noted('answered');
    const { status, headers } = response;
    return new Response([204, 303].includes(status) ? null : body, { status, headers });
  }
}
