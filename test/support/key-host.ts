import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server on loopback that publishes documents, and counts how often it was asked. */
export interface KeyHost {
  /** `host:port`, for `EYRIE_OUTBOUND_ALLOW`. */
  readonly host: string;
  /** The documents by path, or what answers there; a path without one is 404. */
  readonly documents: Map<string, unknown>;
  requests: number;
  url(path: string): string;
  stop(): Promise<void>;
}

export async function startKeyHost(): Promise<KeyHost> {
  const documents = new Map<string, unknown>();
  const server = createServer((request, response) => {
    keyHost.requests++;
    const document = documents.get(request.url ?? '');
    if (document === undefined) response.writeHead(404).end();
    else if (typeof document === 'function') (document as RequestListener)(request, response);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keyHost: KeyHost = {
    host,
    documents,
    requests: 0,
    url: (path) => `http://${host}${path}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return keyHost;
}
