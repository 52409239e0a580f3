import { Agent, type OutgoingHttpHeaders, request as send } from 'node:http';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

/** Milliseconds after which nobody believes that an answer will come. */
const patience = 20_000;

/** A client that keeps its connections and sends what `fetch` would not. */
export class Wire {
  private readonly agent: Agent;

  constructor(
    private readonly port: number,
    readonly connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** A connection that the server closed while we were about to use it is tried again on another one. */
  async exchange(request: WireRequest): Promise<WireAnswer> {
    try {
      return await this.attempt(request, this.agent);
    } catch {
      return this.attempt(request, false);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private attempt({ method, path, headers, body }: WireRequest, agent: Agent | false): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const started = performance.now();
      const outgoing = send({
        host: '127.0.0.1',
        port: this.port,
        agent,
        method,
        path,
        headers: { ...headers, 'content-length': body?.length ?? 0 },
        timeout: patience,
      });
      outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${patience} ms`)));
      outgoing.once('error', reject);
      outgoing.once('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
            milliseconds: performance.now() - started,
          }),
        );
      });
      outgoing.end(body);
    });
  }
}
