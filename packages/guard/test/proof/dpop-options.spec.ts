import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BearerModule, type BearerOptions, VerifierUnavailable } from '@eyrie/guard';
import type { ContactsApp } from '../support/contacts-app.js';
import { AUDIENCE } from '../support/local-issuer.js';
import { rawRequest } from '../support/raw-request.js';
import { DPOP, DpopIssuer, type Ground, send } from '../support/dpop-issuer.js';

const dpop = new DpopIssuer();
beforeAll(() => dpop.start());
afterAll(() => dpop.stop());

describe('options of DPoP', () => {
  let service: ContactsApp;

  afterAll(() => service.app.close());

  async function restart(options: Partial<BearerOptions>): Promise<Ground> {
    await (service as ContactsApp | undefined)?.app.close();
    service = await dpop.startService(options);
    return dpop.ground(service);
  }

  it('dpop: true offers both schemes', async () => {
    const { address } = await restart({ dpop: true });
    expect((await rawRequest(address, [])).challenge).toBe(`Bearer realm="contacts", ${DPOP}`);
  });

  it('dpop.required offers and accepts DPoP alone', async () => {
    const g = await restart({ dpop: { required: true } });
    expect((await rawRequest(g.address, [])).challenge).toBe(DPOP);
    const bearer = await rawRequest(g.address, [['Authorization', `Bearer ${await dpop.mint()}`]]);
    expect(bearer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect((await send(g.address, g.token, await dpop.key.prove(g.request))).status).toBe(200);
  });

  it('dpop: false refuses tokens bound to a key', async () => {
    const g = await restart({ dpop: false });
    expect((await send(g.address, g.token, await dpop.key.prove(g.request))).status).toBe(401);
  });

  it('an algorithm that is not allowed is refused', async () => {
    const g = await restart({ dpop: { algorithms: ['EdDSA'] } });
    const answer = await send(g.address, g.token, await dpop.key.prove(g.request));
    expect(answer.challenge).toContain('error="invalid_dpop_proof"');
    expect(answer.challenge).toContain('algs="EdDSA"');
  });

  it('the origin option replaces that of the audience', async () => {
    const g = await restart({ origin: ['https://a.example.com', 'https://b.example.com'] });
    for (const origin of ['https://a.example.com', 'https://b.example.com']) {
      const request = { ...g.request, url: `${origin}/contacts` };
      expect((await send(g.address, g.token, await dpop.key.prove(request))).status).toBe(200);
    }
    expect((await send(g.address, g.token, await dpop.key.prove(g.request))).status).toBe(401);
  });

  it('the origins of all audiences that are URLs count', async () => {
    const other = 'https://other.example.com';
    const g = await restart({ audience: ['contacts', `${other}/api`, AUDIENCE] });
    const request = { ...g.request, url: `${other}/contacts` };
    expect((await send(g.address, g.token, await dpop.key.prove(request))).status).toBe(200);
    expect((await send(g.address, g.token, await dpop.key.prove(g.request))).status).toBe(200);
  });

  it('where the audience is no URL and there is no origin, a token bound to a key gets 401, whatever its proof is for', async () => {
    const g = await restart({ audience: 'contacts', explain: true });
    const token = await dpop.bound({ aud: 'contacts' });
    for (const url of [g.address, g.url]) {
      const answer = await send(g.address, token, await dpop.key.prove({ ...g.request, token, url }));
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
      expect(answer.headers['eyrie-explain']).toContain('option origin');
    }
  });

  it('more proofs than can be remembered get 503, until the first have expired', async () => {
    const g = await restart({ dpop: { replayCacheSize: 2 } });
    const statuses = [];
    for (let i = 0; i < 3; i += 1)
      statuses.push((await send(g.address, g.token, await dpop.key.prove(g.request))).status);
    dpop.clock.advance(66);
    const later = { ...g.request, now: dpop.seconds() };
    statuses.push((await send(g.address, g.token, await dpop.key.prove(later))).status);
    expect(statuses).toEqual([200, 200, 503, 200]);
  });

  it('a proof without the nonce is answered with one, which then passes and is replaced in time', async () => {
    const g = await restart({ dpop: { nonce: { secret: 's'.repeat(32), lifetime: 300 } } });
    const attempt = async (nonce?: unknown) =>
      send(g.address, g.token, await dpop.key.prove({ ...g.request, now: dpop.seconds() }, { nonce }));
    const first = await attempt();
    const nonce = first.headers['dpop-nonce'];
    expect(first).toMatchObject({ status: 401, body: { error: 'use_dpop_nonce' } });
    expect(first.challenge).toContain('error="use_dpop_nonce"');
    expect((await attempt('made-up')).status).toBe(401);
    expect((await attempt(nonce)).status).toBe(200);
    dpop.clock.advance(300);
    const ageing = await attempt(nonce);
    expect(ageing.status).toBe(200);
    expect((await attempt(ageing.headers['dpop-nonce'])).headers).not.toHaveProperty('dpop-nonce');
    dpop.clock.advance(300);
    expect((await attempt(nonce)).body).toMatchObject({ error: 'use_dpop_nonce' });
  });

  it('a configured replay store is asked for each proof, with the time until which the proof counts', async () => {
    const noted: [id: string, until: number, now: number][] = [];
    const g = await restart({
      dpop: {
        clockTolerance: 10,
        replays: {
          note: async (...call) => {
            if (noted.length === 2) throw new VerifierUnavailable('The database is away', 7);
            return noted.push(call) === 1;
          },
        },
      },
    });
    const attempt = async (jti: string) => send(g.address, g.token, await dpop.key.prove(g.request, { jti }));
    const answers = [await attempt('one'), await attempt('two'), await attempt('three')];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 503]);
    expect(answers[1]?.body).toMatchObject({ error: 'invalid_dpop_proof' });
    expect(answers[2]?.headers['retry-after']).toBe('7');
    expect(noted).toEqual([
      [`${dpop.key.thumbprint} one`, g.now + 70, dpop.clock.now() / 1000],
      [`${dpop.key.thumbprint} two`, g.now + 70, dpop.clock.now() / 1000],
    ]);
    expect((await send(g.address, g.token, 'proof')).status).toBe(401);
    expect(noted).toHaveLength(2);
  });

  it('a configured nonce source replaces the secret', async () => {
    const states: Record<string, 'good' | 'ageing'> = { fresh: 'good', stale: 'ageing' };
    const nonce = { current: () => 'fresh', check: (sent: string) => states[sent] ?? 'bad' };
    const g = await restart({ dpop: { nonce } });
    const attempt = async (sent?: string) =>
      send(g.address, g.token, await dpop.key.prove(g.request, { nonce: sent }));
    const none = await attempt();
    expect([none.status, none.headers['dpop-nonce']]).toEqual([401, 'fresh']);
    const stale = await attempt('stale');
    expect([stale.status, stale.headers['dpop-nonce']]).toEqual([200, 'fresh']);
    const fresh = await attempt('fresh');
    expect([fresh.status, fresh.headers['dpop-nonce']]).toEqual([200, undefined]);
  });

  it.each([
    ['DPoP with an audience that is no URL', { audience: 'contacts', dpop: true }],
    ['an origin with a path', { origin: 'https://a.example/x' }],
    ['a short secret', { dpop: { nonce: { secret: 'short' } } }],
    ['an HMAC', { dpop: { algorithms: ['HS256'] } }],
    ['a negative age', { dpop: { maxAge: -1 } }],
    ['a proxy that is no address', { mtls: { header: 'client-cert', trustedProxies: ['proxy'] } }],
    ['a header that is none', { mtls: { header: 'a b', trustedProxies: [] } }],
  ])('%s stops the start', (_title, options) => {
    expect(() => BearerModule.forRoot({ issuer: dpop.issuer.url, audience: AUDIENCE, ...options })).toThrow(
      TypeError,
    );
  });
});
