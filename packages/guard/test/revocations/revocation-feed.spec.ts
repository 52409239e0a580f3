import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AccessToken, type RevocationOptions, VerifierUnavailable } from '@eyrie/guard';
import { RevocationFeed } from '../../src/revocations/revocation-feed.js';
import type { IssuerVerifier } from '../../src/issuer/issuer-verifier.js';
import { Clock } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import { LocalIssuer } from '../support/local-issuer.js';
import { ScriptedFeed } from '../support/scripted-feed.js';
import { INVALID, UNAVAILABLE, verifierOf } from '../support/verifier.js';

Logger.overrideLogger(false);

const CREDENTIALS = { clientId: 'contacts', clientSecret: 'a b' };

describe('a verifier that follows the revocation feed', () => {
  let issuer: LocalIssuer;
  let clock: Clock;
  let feed: ScriptedFeed;
  let verifier: IssuerVerifier;

  beforeEach(async () => {
    issuer = await LocalIssuer.start();
    clock = new Clock();
    feed = new ScriptedFeed();
    issuer.metadata = { revocation_feed_endpoint: feed.url };
  });

  afterEach(async () => {
    verifier.connection.close();
    await issuer.close();
  });

  function start(options: Partial<RevocationOptions> = {}): void {
    const revocations: RevocationOptions = { ...CREDENTIALS, onLoss: 'refuse', ...options };
    verifier = verifierOf(issuer, clock, { revocations, fetch: feed.fetch });
  }

  /** Verifies once the feed has told these members. */
  async function verifyAfter(token: string, members: Record<string, unknown> = {}): Promise<AccessToken> {
    const verified = verifier.verify(token);
    await feed.tell(members);
    return verified;
  }

  const forgotten = (token: string) => eventually(() => verifier.recall(token) === undefined);

  it.each([
    ['grant', { grant_id: 'g1' }, { grants: ['g0', 'g1'] }],
    ['single token', { jti: 't1' }, { tokens: ['t1'] }],
    ['client', { client_id: 'writer' }, { clients: ['writer'] }],
  ])('a remembered token dies with its %s, and others live', async (_what, claims, told) => {
    start();
    const token = await issuer.mint(claims);
    const other = await issuer.mint();
    await verifyAfter(token);
    await verifier.verify(other);
    expect(verifier.recall(token)).toBeDefined();
    await feed.tell(told);
    await forgotten(token);
    await expect(verifier.verify(token)).rejects.toMatchObject({
      ...INVALID,
      message: 'The access token was revoked',
    });
    expect(verifier.recall(other)).toBeDefined();
  });

  it('what was revoked before the service started does not pass', async () => {
    start();
    const token = await issuer.mint({ grant_id: 'g1' });
    await expect(verifyAfter(token, { grants: ['g1'] })).rejects.toMatchObject(INVALID);
  });

  it('a token revoked while it is verified does not pass', async () => {
    start();
    const token = await issuer.mint({ grant_id: 'g1' });
    await verifyAfter(await issuer.mint({ iss: 'other' })).catch(() => undefined);
    const verified = verifier.verify(token);
    await feed.tell({ grants: ['g1'] });
    await feed.request();
    await verified.catch(() => undefined);
    expect(verifier.recall(token)).toBeUndefined();
  });

  it('a client that is enabled again has its tokens back', async () => {
    start();
    const token = await issuer.mint({ client_id: 'writer' });
    await expect(verifyAfter(token, { clients: ['writer'] })).rejects.toMatchObject(INVALID);
    await feed.tell({});
    await feed.request();
    await expect(verifier.verify(token)).rejects.toMatchObject(INVALID);
    await feed.tell({ clients: [] });
    await feed.request();
    await expect(verifier.verify(token)).resolves.toHaveProperty('clientId', 'writer');
  });

  it('ids are kept as long as the feed says, however often it answers', async () => {
    start({ bound: 5000 });
    const exp = Math.floor(clock.now() / 1000) + 8000;
    const token = await issuer.mint({ grant_id: 'g1', exp });
    await expect(verifyAfter(token, { grants: ['g1'], retain_for: 3000 })).rejects.toMatchObject(INVALID);
    clock.advance(2999);
    await feed.tell();
    await feed.request();
    await expect(verifier.verify(token)).rejects.toMatchObject(INVALID);
    clock.advance(2);
    await feed.tell();
    await feed.request();
    await expect(verifier.verify(token)).resolves.toBeDefined();
  });

  it('with “refuse” nothing passes until the feed has answered, nor two seconds after its last answer', async () => {
    start();
    const token = await issuer.mint();
    const early = verifier.verify(token);
    await feed.fail();
    await expect(early).rejects.toMatchObject(UNAVAILABLE);
    await feed.tell();
    await eventually(async () => (await verifier.verify(token).catch(() => undefined)) !== undefined);
    clock.advance(2);
    expect(verifier.recall(token)).toBeDefined();
    clock.advance(0.001);
    expect(verifier.recall(token)).toBeUndefined();
    await expect(verifier.verify(token)).rejects.toBeInstanceOf(VerifierUnavailable);
    await expect(verifier.connection.prepare()).rejects.toBeInstanceOf(VerifierUnavailable);
    await feed.tell();
    await eventually(() => verifier.recall(token) !== undefined);
  });

  it('with “continue” tokens pass while the feed is lost', async () => {
    start({ onLoss: 'continue' });
    const token = await issuer.mint();
    const verified = verifier.verify(token);
    await feed.fail();
    await expect(verified).resolves.toBeDefined();
    clock.advance(100);
    expect(verifier.recall(token)).toBeDefined();
  });

  it('an issuer without a feed is a feed that is lost', async () => {
    issuer.metadata = {};
    start();
    await expect(verifier.verify(await issuer.mint())).rejects.toMatchObject(UNAVAILABLE);
  });
});

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
      now: clock.now,
      report: (message) => reports.push(message),
      pause: async (milliseconds) => pauses.push(milliseconds),
    });
  }

  it('authenticates, asks for all first, then waits for what comes after its cursor', async () => {
    void feed.start();
    expect((await source.request()).authorization).toBe(`Basic ${btoa('contacts:a+b')}`);
    expect((await source.tell({ cursor: 'one' })).search).toBe('');
    expect((await source.tell({ cursor: 'two' })).search).toBe('?after=one&wait=1');
    expect((await source.tell()).search).toBe('?after=two&wait=1');
  });

  it('waits for up to 25 seconds where the bound allows', async () => {
    feed = follower(60);
    void feed.start();
    await source.tell();
    expect((await source.tell()).searchParams.get('wait')).toBe('25');
  });

  it('tries again with backoff, and says once that it lost the feed and once that it is back', async () => {
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

  it.each(USELESS)('an answer with %s counts as none', async (_title, members, status) => {
    const first = feed.start();
    await source.tell(members, status);
    await first;
    expect(feed.isLost).toBe(true);
  });

  it('begins anew when its cursor is not known any longer', async () => {
    void feed.start();
    await source.tell({ cursor: 'one' });
    expect((await source.tell({ error: 'invalid_request' }, 400)).search).toContain('after=one');
    expect((await source.tell()).search).toBe('');
  });

  it('more than it can hold is a feed that is lost, until what it forgot has expired', async () => {
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

  it('breaks off a request that is not answered within the bound', async () => {
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

  it('reads no more than 16 MiB of an answer, and breaks the rest off', async () => {
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

  it('asks nothing any longer once stopped', async () => {
    const first = feed.start();
    await source.request();
    feed.stop();
    await first;
    expect(source.asked).toBe(1);
    expect(reports).toEqual([]);
  });
});
