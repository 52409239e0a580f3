import { jest } from '@jest/globals';
import { endGently } from '../../src/persistence/end-gently.js';

class Exit extends Error {
  constructor(readonly code: unknown) {
    super('the process ended');
  }
}

describe('Work that a signal must not cut off', () => {
  beforeEach(() => {
    jest.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Exit(code);
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const signalled = (): unknown => process.emit('SIGTERM', 'SIGTERM');

  it('returns its result if no signal comes', async () => {
    await expect(endGently(async () => 'done')).resolves.toBe('done');
  });

  it('ends the process with code 0 if it stops for a signal', async () => {
    const work = async (stopping: AbortSignal): Promise<void> => {
      signalled();
      stopping.throwIfAborted();
    };
    await expect(endGently(work)).rejects.toMatchObject({ code: 0 });
  });

  it('ends the process with code 0 if it was complete when a signal came: nothing goes on after it', async () => {
    await expect(endGently(async () => signalled())).rejects.toMatchObject({ code: 0 });
  });

  it('reports its own failure even after a signal', async () => {
    const failure = new Error('the disk is full');
    const work = async (): Promise<void> => {
      signalled();
      throw failure;
    };
    await expect(endGently(work)).rejects.toBe(failure);
  });

  it('is cut off by a second signal', async () => {
    const work = async (): Promise<void> => {
      signalled();
      signalled();
    };
    await expect(endGently(work)).rejects.toMatchObject({ code: 143 });
  });

  it('leaves no listener behind', async () => {
    const before = process.listenerCount('SIGTERM');
    await endGently(async () => undefined);
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
