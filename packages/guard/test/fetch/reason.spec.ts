import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { reasonOf } from '../../src/fetch/reason.js';

describe('The reason of a failure', () => {
  const NESTED = new Error('a', { cause: new Error('b', { cause: 'c' }) });
  const ENDLESS = new Error('again');
  ENDLESS.cause = new Error('and again', { cause: ENDLESS });

  it.each<[what: string, error: unknown, reason: string]>([
    ['its causes', NESTED, 'a: b: c'],
    [
      'a code that says more',
      Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO' }),
      'self-signed certificate (DEPTH_ZERO)',
    ],
    [
      'a code that the message has',
      Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
      'read ECONNRESET',
    ],
    [
      'the first of several addresses',
      new TypeError('fetch failed', {
        cause: new AggregateError([new Error('connect ECONNREFUSED ::1:9'), new Error('x')]),
      }),
      'fetch failed: connect ECONNREFUSED ::1:9',
    ],
    ['what is no error', 'away', 'away'],
    ['a cause that is said already', new Error('a', { cause: new Error('a') }), 'a'],
    ['causes in a circle, once', ENDLESS, 'again: and again'],
  ])('names %s', (_what, error, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });

  it('of a refused connection is never “fetch failed” alone', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const error: unknown = await fetch(`http://127.0.0.1:${port}`).catch((failure: unknown) => failure);
    expect(reasonOf(error)).toBe(`fetch failed: connect ECONNREFUSED 127.0.0.1:${port}`);
  });
});
