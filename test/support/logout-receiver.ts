import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that arrived at a client's logout URI. */
export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly contentType: string | undefined;
  readonly body: URLSearchParams;
}

/** The servers of clients: one port of loopback, where every path takes logout tokens. */
export class LogoutReceiver {
  readonly received: Received[] = [];
  /** What is answered from now on. */
  status = 200;

  private constructor(
    private readonly server: Server,
    /** Host and port, as `EYRIE_OUTBOUND_ALLOW` takes them. */
    readonly host: string,
  ) {}

  static async start(): Promise<LogoutReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new LogoutReceiver(server, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        receiver.received.push({
          method: request.method,
          path: request.url,
          contentType: request.headers['content-type'],
          body: new URLSearchParams(Buffer.concat(chunks).toString('utf8')),
        });
        response.writeHead(receiver.status).end();
      });
    });
    return receiver;
  }

  uri(path: string): string {
    return `http://${this.host}${path}`;
  }

  /** What came since the last look, by the path it came to; of one path, when one is named. */
  take(path?: string): Received[] {
    return this.received
      .splice(0)
      .filter((received) => path === undefined || received.path === path)
      .toSorted((a, b) => ((a.path ?? '') < (b.path ?? '') ? -1 : 1));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
