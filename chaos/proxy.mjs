import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Stands between a replica and its database, and plays the faults of a network. */
export class Proxy {
  #sockets = new Set();
  #server;
  #isHeld = false;
  #latency = 0;

  constructor(server, url) {
    this.#server = server;
    this.url = url;
  }

  /** @param {string} databaseUrl */
  static async before(databaseUrl) {
    const target = new URL(databaseUrl);
    const server = createServer({ pauseOnConnect: true, noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(databaseUrl);
    url.host = `127.0.0.1:${server.address().port}`;
    const proxy = new Proxy(server, url.href);
    server.on('connection', (client) => {
      proxy.#join(client, connect({ port: Number(target.port), host: target.hostname, noDelay: true }));
    });
    return proxy;
  }

  /** Nothing comes through any more. What is sent waits, as it does while packets are lost, and connections stay open. */
  hold() {
    this.#isHeld = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** What has waited comes through. */
  release() {
    this.#isHeld = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** @param {number} milliseconds that everything takes longer, in each direction */
  slow(milliseconds) {
    this.#latency = milliseconds;
  }

  /** Cuts every connection. */
  cut() {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop() {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client, database) {
    for (const [from, to] of [
      [client, database],
      [database, client],
    ]) {
      this.#sockets.add(from);
      from.on('data', (chunk) => this.#later(() => to.write(chunk)));
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        this.#later(() => to.destroySoon());
      });
      if (this.#isHeld) from.pause();
      else from.resume();
    }
  }

  #later(work) {
    if (this.#latency === 0) work();
    else setTimeout(() => work(), this.#latency);
  }
}
