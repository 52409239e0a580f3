import { connect } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';

/**
 * A keep-alive HTTP/1.1 connection with one request at a time. It needs far less CPU than node:http, so that more of the shared cores is
 * left for the servers. It reads text bodies, with Content-Length or chunked.
 */
export class Connection {
  #socket;
  #host;
  #buffer = '';
  #pending;

  constructor(origin) {
    const { hostname, port, host } = new URL(origin);
    this.#host = host;
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text) => this.#receive(text));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /**
   * @param {'GET' | 'POST'} method
   * @param {string} target path and query
   * @param {string} headers complete header lines, each ending in CRLF
   * @param {string} [body] form-encoded
   * @returns {Promise<Response>} rejects if the connection breaks
   */
  request(method, target, headers = '', body = '') {
    const length = method === 'POST' ? `content-length: ${Buffer.byteLength(body)}\r\n` : '';
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#socket.write(
        `${method} ${target} HTTP/1.1\r\nhost: ${this.#host}\r\n${headers}${length}\r\n${body}`,
      );
    });
  }

  close() {
    this.#socket.destroy();
  }

  #receive(text) {
    this.#buffer += text;
    const endOfHead = this.#buffer.indexOf(END_OF_HEAD);
    if (endOfHead < 0 || !this.#pending) return;
    const head = this.#buffer.slice(0, endOfHead);
    const rest = this.#buffer.slice(endOfHead + END_OF_HEAD.length);
    const body = readBody(head, rest);
    if (body === undefined) return;
    this.#buffer = '';
    const { resolve } = this.#pending;
    this.#pending = undefined;
    resolve(new Response(head, body));
  }

  #fail(error) {
    this.#pending?.reject(error);
    this.#pending = undefined;
  }
}

/** A response. Header names are case-insensitive. */
class Response {
  #head;

  constructor(head, body) {
    this.#head = head;
    this.body = body;
    this.status = Number(head.slice(9, 12));
  }

  /** The values of all header lines with this name, in order. */
  headers(name) {
    const lines = this.#head.split('\r\n').slice(1);
    const prefix = `${name.toLowerCase()}:`;
    return lines
      .filter((line) => line.toLowerCase().startsWith(prefix))
      .map((line) => line.slice(prefix.length).trim());
  }

  header(name) {
    return this.headers(name)[0];
  }

  json() {
    return JSON.parse(this.body);
  }
}

/** The complete body; undefined while parts of it are missing. */
function readBody(head, received) {
  const length = /^content-length: *(\d+)/im.exec(head);
  if (length) return received.length >= Number(length[1]) ? received : undefined;
  if (/^transfer-encoding: *chunked/im.test(head)) {
    const complete = received === LAST_CHUNK || received.endsWith(`\r\n${LAST_CHUNK}`);
    return complete ? joinChunks(received) : undefined;
  }
  return '';
}

function joinChunks(received) {
  let body = '';
  for (let at = 0; ;) {
    const endOfSize = received.indexOf('\r\n', at);
    const size = Number.parseInt(received.slice(at, endOfSize), 16);
    if (size === 0) return body;
    body += received.slice(endOfSize + 2, endOfSize + 2 + size);
    at = endOfSize + 2 + size + 2;
  }
}
