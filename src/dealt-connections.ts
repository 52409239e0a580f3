import type { Worker } from 'node:cluster';

/** What Node's primary sends to a worker with a connection, and what the worker answers. */
interface ClusterMessage {
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

type Connection = { close(): void };

/**
 * Closes the connections that a worker has not taken by its end. Node's primary sends each connection to a worker, and closes its own copy once
 * the worker confirms it; if the worker is killed before, the copy stays open and its caller waits for ever (nodejs/node issue 21746).
 */
export function closeWhatIsNotTaken({ process }: Pick<Worker, 'process'>): void {
  // A process that could not be started has no channel.
  if (typeof process.send !== 'function') return;
  const unconfirmed = new Map<number, Connection>();
  const send = process.send.bind(process) as (...parts: unknown[]) => boolean;
  process.send = (message: ClusterMessage, connection?: unknown, ...rest: unknown[]) => {
    if (message.act === 'newconn' && message.seq !== undefined)
      unconfirmed.set(message.seq, connection as Connection);
    return send(message, connection, ...rest);
  };
  // Node's own listener comes first: it closes the copy, or gives it to another worker.
  process.on('internalMessage', ({ ack }: ClusterMessage) => {
    if (ack !== undefined) unconfirmed.delete(ack);
  });
  process.once('exit', () => {
    for (const connection of unconfirmed.values()) connection.close();
  });
}
