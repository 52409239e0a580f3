import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { KeyRing } from '../../src/keys/key-ring.js';
import { KeySchedule } from '../../src/keys/key-schedule.js';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { RelyingParty, request } from '../support/relying-party.js';
import { alice, type TestServer, useServer } from '../support/server.js';

interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly state: string;
  readonly published_until: number | null;
}

const kidsOf = async (server: TestServer): Promise<string[]> =>
  ((await request(server, '/jwks')).body as unknown as { keys: { kid: string }[] }).keys.map(
    ({ kid }) => kid,
  );
const kidOf = (jwt: string): string => String(decodeProtectedHeader(jwt).kid);

describe('The admin API for signing keys', () => {
  const server = useServer({}, { users: [alice] });
  let admin: AdminCaller;

  const keys = async (): Promise<Key[]> => itemsOf(await admin.get('/keys')) as unknown as Key[];
  const key = async (alg: string, state: string): Promise<Key> =>
    (await keys()).find((one) => one.alg === alg && one.state === state)!;
  const verify = (jwt: string): Promise<unknown> =>
    jwtVerify(jwt, createRemoteJWKSet(new URL('/jwks', server.issuer)));

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  it('lists the keys of the key set, without private members', async () => {
    const answer = await admin.get('/keys');

    expect(
      itemsOf(answer)
        .map(({ kid }) => String(kid))
        .toSorted(),
    ).toEqual((await kidsOf(server)).toSorted());
    expect(answer.text).not.toMatch(/sealed|"d"|private/i);
  });

  it('a rotation can be seen before: which key signs, and until when the present one is published', async () => {
    const [active, next] = [await key('ES256', 'active'), await key('ES256', 'next')];
    const before = await keys();
    const { status, body } = await admin.post('/keys/rotate?dry_run=true', { algorithms: ['ES256'] });

    expect(status).toBe(200);
    expect(body['items']).toEqual([
      {
        alg: 'ES256',
        active: next.kid,
        retired: active.kid,
        retired_published_until: expect.any(Number),
      },
    ]);
    expect(await keys()).toEqual(before);
  });

  it('the preview for an algorithm without keys makes none', async () => {
    const before = await keys();
    const { status, body } = await admin.post('/keys/rotate?dry_run=true', { algorithms: ['EdDSA'] });

    expect(status).toBe(200);
    expect(body['items']).toEqual([
      { alg: 'EdDSA', active: null, retired: null, retired_published_until: null },
    ]);
    expect(await keys()).toEqual(before);
  });

  it('a rotation has the next key sign, and what the former one signed still verifies', async () => {
    const party = await RelyingParty.register(server);
    const { access_token: before } = await party.tokens();
    const next = await key('ES256', 'next');
    const { body } = await admin.post('/keys/rotate', { algorithms: ['ES256'] });
    const { access_token: after } = await party.tokens();

    expect(body['items']).toEqual([expect.objectContaining({ active: next.kid, retired: kidOf(before) })]);
    expect(kidOf(after)).toBe(next.kid);
    await expect(verify(before)).resolves.toBeDefined();
    expect((await key('ES256', 'retired')).published_until).toBeGreaterThan(0);
  });

  it('a second rotation within a minute needs force', async () => {
    expect((await admin.post('/keys/rotate', { algorithms: ['ES256'] })).status).toBe(409);
    expect((await admin.post('/keys/rotate?dry_run=true', { algorithms: ['ES256'] })).status).toBe(409);
    expect((await admin.post('/keys/rotate', { algorithms: ['ES256'], force: true })).status).toBe(200);
  });

  it.each([[{ algorithms: ['HS256'] }], [{ algorithms: 'ES256' }], [{ force: 'yes' }], [{ keys: [] }]])(
    'refuses %j',
    async (body) => {
      expect((await admin.post('/keys/rotate', body)).status).toBe(400);
    },
  );

  it('a withdrawal says before what stops to verify, and changes nothing', async () => {
    const [active, next] = [await key('ES256', 'active'), await key('ES256', 'next')];
    const { body } = await admin.post(`/keys/${active.kid}/withdraw?dry_run=true`);

    expect(body).toEqual({
      kid: active.kid,
      alg: 'ES256',
      signed_from: expect.any(Number),
      signed_until: expect.any(Number),
      tokens_expire_by: expect.any(Number),
      successor: next.kid,
    });
    expect((await key('ES256', 'active')).kid).toBe(active.kid);
  });

  it('a withdrawn active key leaves the key set at once, and its tokens are no longer accepted', async () => {
    const party = await RelyingParty.register(server);
    const { access_token: token } = await party.tokens();
    const next = await key('ES256', 'next');
    expect((await party.userinfo(token)).status).toBe(200);

    expect((await admin.post(`/keys/${kidOf(token)}/withdraw`)).status).toBe(200);

    expect(await kidsOf(server)).not.toContain(kidOf(token));
    await expect(verify(token)).rejects.toThrow(/no applicable key/);
    expect((await party.userinfo(token)).status).toBe(401);
    expect((await party.introspect(token)).body).toEqual({ active: false });
    expect(kidOf((await party.tokens()).access_token)).toBe(next.kid);
    const trail = itemsOf(await admin.get('/audit-events?event=key.withdrawn'));
    expect(trail).toEqual([expect.objectContaining({ detail: { alg: 'ES256', kid: kidOf(token) } })]);
  });

  it('a withdrawn next key is replaced, and never signs', async () => {
    const next = await key('RS256', 'next');
    const { body } = await admin.post(`/keys/${next.kid}/withdraw`);

    expect(body).toMatchObject({ signed_from: null, tokens_expire_by: null, successor: null });
    expect((await key('RS256', 'next')).kid).not.toBe(next.kid);
    expect(await kidsOf(server)).not.toContain(next.kid);
  });

  it('a key is withdrawn once, and only one that there is', async () => {
    const { kid } = await key('RS256', 'next');
    await admin.post(`/keys/${kid}/withdraw`);

    expect((await admin.post(`/keys/${kid}/withdraw`)).status).toBe(404);
    expect((await admin.post('/keys/none/withdraw')).status).toBe(404);
  });

  it('needs the right to keys', async () => {
    const reader = await AdminCaller.register(server, 'eyrie.keys.read');
    expect((await reader.get('/keys')).status).toBe(200);
    expect((await reader.post('/keys/rotate', {})).status).toBe(403);
    expect((await reader.post('/keys/none/withdraw?dry_run=true')).status).toBe(403);
  });

  it('one of two withdrawals at once replaces the key', async () => {
    const { kid } = await key('RS256', 'active');
    const answers = await Promise.all([1, 2, 3].map(() => admin.post(`/keys/${kid}/withdraw`)));

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404, 404]);
    const states = (await keys()).filter(({ alg }) => alg === 'RS256').map(({ state }) => state);
    expect(states.filter((state) => state !== 'retired').toSorted()).toEqual(['active', 'next']);
  });
});

describe('EYRIE_KEY_ROTATION', () => {
  const server = useServer({ EYRIE_KEY_ROTATION: '86400' });

  it('rotates keys that have signed for that long, and no others', async () => {
    const schedule = server.app.get(KeySchedule);
    const ring = server.app.get(KeyRing);
    const { kid } = await ring.active('ES256');

    expect(await schedule.rotateDue()).toEqual([]);
    server.clock.advance(86_401);
    expect((await schedule.rotateDue()).toSorted()).toEqual(['ES256', 'RS256']);
    expect((await ring.active('ES256')).kid).not.toBe(kid);
    expect(await schedule.rotateDue()).toEqual([]);
  });
});
