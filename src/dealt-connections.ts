import type { Worker } from 'node:cluster';

/** What Node's primary sends to a worker beside a message: the connection itself. Its descriptor is negative once it is closed. */
interface Connection {
  readonly fd: number;
  close(): void;
}

/**
 * Closes the connections that a worker has not taken by its end. Node's primary sends each connection to a worker, and closes its own copy once
 * that one confirms it; if the worker is killed before, the copy stays open and its caller waits for ever (nodejs/node issue 21746).
 */
export function closeWhatIsNotTaken(worker: Worker): void {
  const dealt = new Set<Connection>();
  const { process } = worker;
  const send = process.send.bind(process) as (...parts: unknown[]) => boolean;
  process.send = (message: unknown, connection?: unknown, ...rest: unknown[]) => {
    if (isConnection(connection)) {
      // One for each port at most is not confirmed yet.
      for (const earlier of dealt) if (earlier.fd < 0) dealt.delete(earlier);
      dealt.add(connection);
    }
    return send(message, connection, ...rest);
  };
  worker.once('exit', () => {
    for (const connection of dealt) connection.close();
  });
}

const isConnection = (handle: unknown): handle is Connection =>
  typeof handle === 'object' && handle !== null && 'fd' in handle && 'close' in handle;
