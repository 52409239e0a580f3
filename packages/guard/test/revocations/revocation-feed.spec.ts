import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RevocationFeed } from '../../src/revocations/revocation-feed.js';
import { Clock } from '../support/clock.js';
import { ScriptedFeed } from '../support/scripted-feed.js';

const CREDENTIALS = { clientId: 'contacts', clientSecret: 'a b' };

describe('the follower of the revocation feed', () => {
  let clock: Clock;
  let source: ScriptedFeed;
  let reports: string[];
  let pauses: number[];
  let feed: RevocationFeed;

  beforeEach(() => {
    clock = new Clock();
    source = new ScriptedFeed();
    reports = [];
    pauses = [];
    feed = follower(2);
  });

  afterEach(() => feed.stop());

  function follower(bound: number, request = source.fetch): RevocationFeed {
    return new RevocationFeed({
      ...CREDENTIALS,
      onLoss: 'refuse',
      bound,
      location: () => Promise.resolve(source.url),
      fetch: request,
      elapsed: clock.now,
      report: (message) => reports.push(message),
      pause: async (milliseconds) => pauses.push(milliseconds),
    });
  }

  it('the follower authenticates, asks for all first, then waits for what comes after its cursor', async () => {
    void feed.start();
    expect((await source.request()).authorization).toBe(`Basic ${btoa('contacts:a+b')}`);
    expect((await source.tell({ cursor: 'one' })).search).toBe('');
    expect((await source.tell({ cursor: 'two' })).search).toBe('?after=one&wait=1');
    expect((await source.tell()).search).toBe('?after=two&wait=1');
  });

  it('the follower waits for up to 25 seconds where the bound allows', async () => {
    feed = follower(60);
    void feed.start();
    await source.tell();
    expect((await source.tell()).searchParams.get('wait')).toBe('25');
  });

  it('the follower tries again with backoff, and reports once that it lost the feed and once that the feed is back', async () => {
    void feed.start();
    await source.tell();
    for (let failures = 0; failures < 7; failures += 1) {
      await source.fail();
      clock.advance(1);
    }
    await source.tell();
    await source.request();
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    expect(reports).toEqual([
      'The revocation feed is lost, and requests get 503: away',
      'The revocation feed responds again',
    ]);
  });

  const USELESS: [title: string, members: Record<string, unknown>, status: number][] = [
    ['a status of refusal', {}, 401],
    ['no cursor', { cursor: undefined }, 200],
    ['grants that are no list', { grants: 'g1' }, 200],
    ['ids that are no text', { tokens: [1] }, 200],
    ['clients that are no list', { clients: {} }, 200],
    ['a time that is no number', { retain_for: '1' }, 200],
  ];

  it.each(USELESS)('an answer of the feed with %s counts as none', async (_title, members, status) => {
    const first = feed.start();
    await source.tell(members, status);
    await first;
    expect(feed.isLost).toBe(true);
  });

  it('the follower begins anew when its cursor is not known any longer', async () => {
    void feed.start();
    await source.tell({ cursor: 'one' });
    expect((await source.tell({ error: 'invalid_request' }, 400)).search).toContain('after=one');
    expect((await source.tell()).search).toBe('');
  });

  it('the feed counts as lost when it names more than the follower can hold, until what was forgotten has expired', async () => {
    const first = feed.start();
    const grants = Array.from({ length: 200_001 }, (_, i) => `g${i}`);
    await source.tell({ grants, retain_for: 60 });
    await first;
    expect(feed.isLost).toBe(true);
    clock.advance(60);
    await source.tell();
    await source.request();
    expect(feed.isLost).toBe(false);
  });

  it('the follower breaks off a request that is not answered within the bound', async () => {
    feed = follower(
      0.01,
      (_input, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        }),
    );
    await feed.start();
    expect(feed.isLost).toBe(true);
    expect(reports).toEqual(['The revocation feed is lost, and requests get 503: no response in time']);
  });

  it('the follower reads no more than 16 MiB of an answer, and breaks the rest off', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, ' ');
    let sent = 0;
    let brokenOff = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(megabyte);
      },
      cancel: () => {
        brokenOff = true;
      },
    });
    feed = follower(2, () => Promise.resolve(new Response(endless)));
    await feed.start();
    expect([feed.isLost, brokenOff, sent < 20]).toEqual([true, true, true]);
    expect(reports[0]).toContain('answers with more than 16777216 bytes');
  });

  it('the follower asks nothing once it is stopped', async () => {
    const first = feed.start();
    await source.request();
    feed.stop();
    await first;
    expect(source.asked).toBe(1);
    expect(reports).toEqual([]);
  });
});
