import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AccessToken, type RevocationOptions, VerifierUnavailable } from '@eyrie/guard';
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
    issuer.metadata = { eyrie_revocation_feed_endpoint: feed.url };
  });

  afterEach(async () => {
    verifier.connection.close();
    await issuer.close();
  });

  function start(options: Partial<RevocationOptions> = {}): void {
    const revocations: RevocationOptions = { ...CREDENTIALS, onLoss: 'refuse', ...options };
    verifier = verifierOf(issuer, clock, { revocations, fetch: feed.fetch });
  }

  /** Verifies once the feed has answered with these members. */
  async function verifyAfter(token: string, members: Record<string, unknown> = {}): Promise<AccessToken> {
    const verified = verifier.verify(token);
    await feed.tell(members);
    return verified;
  }

  const forgotten = (token: string) => eventually(() => verifier.recall(token) === undefined);

  it('finds the feed by the name that earlier releases of Eyrie gave it', async () => {
    issuer.metadata = { revocation_feed_endpoint: feed.url };
    start();
    const token = await issuer.mint({ jti: 't1' });
    await verifyAfter(token);
    await feed.tell({ tokens: ['t1'] });
    await forgotten(token);
    await expect(verifier.verify(token)).rejects.toMatchObject(INVALID);
  });

  it.each([
    ['grant', { grant_id: 'g1' }, { grants: ['g0', 'g1'] }],
    ['single token', { jti: 't1' }, { tokens: ['t1'] }],
    ['client', { client_id: 'writer' }, { clients: ['writer'] }],
  ])('a remembered token is revoked with its %s, and others stay active', async (_what, claims, told) => {
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

  it('a token that was revoked before the service started does not pass', async () => {
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

  it('revoked ids are kept as long as the feed says, however often it answers', async () => {
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
