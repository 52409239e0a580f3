import { beforeEach, describe, expect, it } from '@jest/globals';
import { RemoteDocument } from '../../src/fetch/remote-document.js';
import { VerifierUnavailable } from '../../src/token/token-verifier.js';
import { Clock } from '../support/clock.js';

const background = () => new Promise((resolve) => setImmediate(resolve));

describe('RemoteDocument', () => {
  let clock: Clock;
  let loads: number;
  let away: boolean;
  let reports: string[];
  let document: RemoteDocument<number>;

  beforeEach(() => {
    clock = new Clock();
    loads = 0;
    away = false;
    reports = [];
    document = new RemoteDocument({
      name: 'The document',
      refreshAfter: 300,
      maxAge: 600,
      staleFor: 3600,
      elapsed: clock.now,
      report: (message) => reports.push(message),
      load: async () => {
        loads += 1;
        if (away) throw new Error('refused');
        return loads;
      },
    });
  });

  it('is fetched once for callers that come together', async () => {
    expect(await Promise.all([document.current(), document.current(), document.current()])).toEqual([
      1, 1, 1,
    ]);
  });

  it('is held while it is fresh', async () => {
    await document.current();
    clock.advance(300);
    expect(await document.current()).toBe(1);
    await background();
    expect(loads).toBe(1);
  });

  it('is fetched ahead in the background, without anybody waiting', async () => {
    await document.current();
    clock.advance(301);
    expect(await document.current()).toBe(1);
    await background();
    expect(await document.current()).toBe(2);
    expect(loads).toBe(2);
  });

  it('is waited for once it is too old', async () => {
    await document.current();
    clock.advance(601);
    expect(await document.current()).toBe(2);
  });

  it('serves stale while its source is away, and asks again with backoff only', async () => {
    await document.current();
    away = true;
    clock.advance(601);
    expect(await document.current()).toBe(1);
    expect(await document.current()).toBe(1);
    expect(loads).toBe(2);
    clock.advance(1);
    expect(await document.current()).toBe(1);
    expect(loads).toBe(3);
  });

  it('serves stale no longer than it may', async () => {
    await document.current();
    away = true;
    clock.advance(3601);
    await expect(document.current()).rejects.toBeInstanceOf(VerifierUnavailable);
  });

  it('a failed first fetch is retried with backoff that doubles up to 5 seconds', async () => {
    away = true;
    const waits: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      const failure = await document.current().catch((error: unknown) => error);
      if (!(failure instanceof VerifierUnavailable)) throw failure;
      waits.push(failure.retryAfter);
      clock.advance(failure.retryAfter - 0.001);
      await expect(document.current()).rejects.toBeInstanceOf(VerifierUnavailable);
      expect(loads).toBe(i + 1);
      clock.advance(0.001);
    }
    expect(waits).toEqual([1, 2, 4, 5, 5, 5, 5]);
  });

  it('with a document at hand it is less impatient: the backoff doubles up to 30 seconds', async () => {
    await document.current();
    away = true;
    clock.advance(3601);
    const waits: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      const failure = await document.current().catch((error: unknown) => error);
      if (!(failure instanceof VerifierUnavailable)) throw failure;
      waits.push(failure.retryAfter);
      clock.advance(failure.retryAfter);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  it('recovers, says so, and forgets the backoff', async () => {
    away = true;
    await document.current().catch(() => undefined);
    away = false;
    clock.advance(1);
    expect(await document.current()).toBe(2);
    expect(reports).toEqual([
      'The document cannot be fetched, next attempt in 1 s: refused',
      'The document can be fetched again',
    ]);
  });

  it('is fetched anew on demand once per cooldown', async () => {
    await document.current();
    expect(await document.refetch(30)).toBeUndefined();
    clock.advance(30);
    expect(await Promise.all([document.refetch(30), document.refetch(30)])).toEqual([2, 2]);
    expect(await document.refetch(30)).toBeUndefined();
  });

  it('on demand, an absent source is not taken for an answer', async () => {
    await document.current();
    away = true;
    clock.advance(30);
    await expect(document.refetch(30)).rejects.toBeInstanceOf(VerifierUnavailable);
    await expect(document.refetch(30)).rejects.toBeInstanceOf(VerifierUnavailable);
    expect(loads).toBe(2);
  });
});
