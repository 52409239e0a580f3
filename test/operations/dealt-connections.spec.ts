import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { closeWhatIsNotTaken } from '../../src/dealt-connections.js';

describe('Connections that the primary deals out', () => {
  let closed: string[];
  const handle = (name: string): { close(): void } => ({ close: () => void closed.push(name) });
  /** The process of a worker, as far as the primary sees it. */
  const workerProcess = (send?: (...parts: unknown[]) => boolean) =>
    Object.assign(new EventEmitter(), { send }) as unknown as Worker['process'];
  beforeEach(() => (closed = []));

  it('are closed at the end of a worker that has not confirmed them, and no others are', () => {
    const sent: unknown[][] = [];
    const process = workerProcess((...parts) => sent.push(parts) > 0);
    closeWhatIsNotTaken({ process });
    const channel = process as unknown as { send(...parts: unknown[]): boolean };
    for (const [seq, name] of ['taken', 'given back', 'not taken'].entries())
      expect(channel.send({ cmd: 'NODE_CLUSTER', act: 'newconn', seq }, handle(name))).toBe(true);
    channel.send({ cmd: 'NODE_CLUSTER', ack: 7, seq: 3 }, handle('what all workers listen on'));
    channel.send({ type: 'eyrie:metrics:report' });
    process.emit('internalMessage', { ack: 0, accepted: true });
    process.emit('internalMessage', { ack: 1, accepted: false });
    process.emit('internalMessage', { act: 'listening' });

    process.emit('exit', null, 'SIGKILL');

    expect(closed).toEqual(['not taken']);
    expect(sent).toHaveLength(5);
  });

  it('do not exist for a worker that could not be started', () => {
    expect(() => closeWhatIsNotTaken({ process: workerProcess() })).not.toThrow();
  });
});
