import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

type State = 'forwarding' | 'silent' | 'refusing';

/** Stands between a service and its database server, and plays the faults of a network. */
export class DatabaseProxy {
  private readonly sockets = new Set<Socket>();
  private state: State = 'forwarding';

  private constructor(
    private readonly server: Server,
    /** The database by way of the proxy. */
    readonly url: string,
  ) {}

  static async before(databaseUrl: string): Promise<DatabaseProxy> {
    const target = new URL(databaseUrl);
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(databaseUrl);
    url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const proxy = new DatabaseProxy(server, url.href);
    server.on('connection', (client) => {
      if (proxy.state === 'refusing') return client.destroy();
      return proxy.join(client, connect(Number(target.port), target.hostname));
    });
    return proxy;
  }

  /** Nothing comes through any more, as behind a firewall that drops packets: connections stay open. */
  silence(): void {
    this.state = 'silent';
  }

  /** Cuts every connection, and takes no other. */
  refuse(): void {
    this.state = 'refusing';
    this.cut();
  }

  /** Forwards again. Connections from before stay silent. */
  restore(): void {
    this.state = 'forwarding';
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, database: Socket): void {
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        if (this.state === 'forwarding') to.write(chunk);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
    client.resume();
  }

  private cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
