import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { beside } from '../../../support/beside.js';
import { changesOfRows, everyRow, isHousekeeping } from '../../../support/database-rows.js';
import { IdentityProvider } from '../../../support/identity-provider.js';
import { isSignedIn } from '../../../support/logout.js';
import { logoutClaims, logoutEvent, sendLogoutToken } from '../../../support/logout-tokens.js';
import { registerUpstream, signInAt } from '../../../support/upstream.js';
import { TestBrowser } from '../../../support/browser.js';
import { useServer } from '../../../support/server.js';

const provider = await IdentityProvider.start();
const other = await IdentityProvider.start();
afterAll(async () => {
  await provider.stop();
  await other.stop();
});

const named = { sub: 'subject', sid: 'session' };

describe('L1 a logout token that is not as it should be', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_ANONYMOUS_REQUESTS: '1000' });
  let browser: TestBrowser;
  beforeAll(async () => {
    provider.publish({ id_token_signing_alg_values_supported: ['ES256', 'RS256', 'HS256', 'none'] });
    await registerUpstream(server, provider);
    await registerUpstream(server, other, { alias: 'other', name: 'Other' });
    browser = new TestBrowser(server.issuer);
    await signInAt(browser, provider, { claims: named });
  });
  afterEach(async () => {
    // What was refused has ended nothing.
    if (!(await isSignedIn(browser))) throw new Error('the session has ended');
  });

  const claims = (more: Record<string, unknown> = {}): JWTPayload =>
    logoutClaims(server, provider, { ...named, ...more });
  const signed = (more: Record<string, unknown> = {}, header = {}): Promise<string> =>
    provider.sign(claims(more), { typ: 'logout+jwt', ...header });
  const [publicJwk] = (provider.host.documents.get('/jwks') as { keys: [object] }).keys;
  const macWith = async (key: string): Promise<string> => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const input = `${part({ alg: 'HS256', kid: 'key', typ: 'logout+jwt' })}.${part(claims())}`;
    return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
  };
  const now = (): number => server.clock.now();

  const tokens: readonly [string, () => Promise<string> | string][] = [
    ['of another issuer', () => signed({ iss: 'https://other.example.com' })],
    ['whose issuer has a slash more', () => signed({ iss: `${provider.issuer}/` })],
    ['without an issuer', () => signed({ iss: undefined })],
    ['for another client', () => signed({ aud: 'other' })],
    ['for two clients', () => signed({ aud: ['eyrie', 'other'] })],
    ['without an audience', () => signed({ aud: undefined })],
    ['without a signature', () => new UnsecuredJWT(claims()).encode()],
    ['whose signature was cut off', async () => (await signed()).replace(/[^.]+$/, '')],
    [
      'whose signature is of another token',
      async () => `${await contentOf(signed())}.${await signatureOf(signed())}`,
    ],
    ['with a MAC by the public key, as JWK', () => macWith(JSON.stringify(publicJwk))],
    [
      'with a MAC by the public key, as PEM',
      async () => macWith(await exportSPKI((await importJWK(publicJwk, 'ES256')) as CryptoKey)),
    ],
    ['with a MAC by the client secret', () => macWith('secret of eyrie at acme')],
    ['of another provider, signed by that one', () => other.sign(claims(), { typ: 'logout+jwt' })],
    [
      'of another provider, meant for the client there',
      () => other.sign(logoutClaims(server, other, named), { typ: 'logout+jwt' }),
    ],
    ['with a key id that is not known', () => signed({}, { kid: 'forged' })],
    [
      'with a key in its header',
      async () => {
        const { privateKey, publicKey } = await generateKeyPair('ES256');
        const header = { alg: 'ES256', typ: 'logout+jwt', jwk: await exportJWK(publicKey) };
        return new SignJWT(claims()).setProtectedHeader(header).sign(privateKey);
      },
    ],
    [
      'with an extension that is critical',
      () => provider.sign(claims(), { crit: ['exp'], exp: 1 }, { crit: { exp: true } }),
    ],
    ['of the type of access tokens', () => signed({}, { typ: 'at+jwt' })],
    ['of the type of security events', () => signed({}, { typ: 'secevent+jwt' })],
    ['with a nonce', () => signed({ nonce: 'of an ID token' })],
    ['that is an ID token', () => signed({ events: undefined, nonce: 'nonce' }, { typ: 'JWT' })],
    ['without events', () => signed({ events: undefined })],
    ['with another event', () => signed({ events: { 'http://schemas.openid.net/event/other': {} } })],
    ['whose event is no object', () => signed({ events: { [logoutEvent]: true } })],
    ['whose events are a text', () => signed({ events: logoutEvent })],
    ['that was issued long ago', () => signed({ iat: now() - 3_600 })],
    ['that was issued in the future', () => signed({ iat: now() + 3_600, exp: now() + 7_200 })],
    ['without iat', () => signed({ iat: undefined })],
    ['that has expired', () => signed({ exp: now() - 60 })],
    ['without exp', () => signed({ exp: undefined })],
    ['without jti', () => signed({ jti: undefined })],
    ['whose jti is a list', () => signed({ jti: [randomUUID()] })],
    ['that names nobody', () => signed({ sub: undefined, sid: undefined })],
    ['whose sid is an object', () => signed({ sid: { $ne: null } })],
    ['whose sub is a number', () => signed({ sub: 1 })],
    ['that is not valid yet', () => signed({ nbf: now() + 3_600 })],
    ['that is huge', () => signed({ more: randomBytes(20_000).toString('hex') })],
    ['that is no JWT', () => 'a token'],
    ['of five parts', () => 'a.b.c.d.e'],
    [
      'whose payload is no object',
      async () => `${(await signed()).split('.')[0]}.${Buffer.from('[]').toString('base64url')}.x`,
    ],
    ['that is empty', () => ''],
  ];

  it.each(tokens)(
    'L1 %s is refused with 400, ends nothing and leaves nothing behind',
    async (_name, make) => {
      const token = await make();
      const before = await everyRow(server);
      const answer = await sendLogoutToken(server, token);

      expect(answer.status).toBe(400);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await answer.json()).toEqual({
        error: 'invalid_request',
        error_description: expect.any(String),
      });
      const changes = changesOfRows(before, await everyRow(server));
      expect(changes.filter((one) => !isHousekeeping(one) && one.table !== 'throttles')).toEqual([]);
    },
  );

  const form = 'application/x-www-form-urlencoded';
  const bodies: readonly [string, (token: string) => [string, string]][] = [
    ['in JSON', (token) => ['application/json', JSON.stringify({ logout_token: token })]],
    ['sent twice', (token) => [form, `logout_token=${token}&logout_token=${token}`]],
    ['under another name', (token) => [form, `token=${token}`]],
    ['as a text', (token) => ['text/plain', `logout_token=${token}`]],
    ['as the type of its own', (token) => ['application/logout+jwt', token]],
    ['in malformed encoding', (token) => [form, `logout_token=%zz${token}`]],
  ];
  it.each(bodies)('L1 a valid token %s is refused with 400', async (_name, make) => {
    const [type, body] = make(await signed());
    const url = `${server.issuer}/upstream/acme/backchannel-logout`;
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
    expect(await isSignedIn(browser)).toBe(true);
  });

  it('L1 a valid token in the query, or by GET, is refused', async () => {
    const url = `${server.issuer}/upstream/acme/backchannel-logout?logout_token=${await signed()}`;

    expect((await fetch(url, { method: 'POST' })).status).toBe(400);
    expect((await fetch(url)).status).toBe(405);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it.each(['nobody', 'other', 'acme%00'])(
    'L1 a valid token at the upstream %s ends nothing',
    async (alias) => {
      const answer = await sendLogoutToken(server, await signed(), alias);

      expect(answer.status).toBe(alias === 'other' ? 400 : 404);
      expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
      expect(await isSignedIn(browser)).toBe(true);
    },
  );

  it('L1 while the keys cannot be read, a valid token is refused as temporarily_unavailable, and may come again', async () => {
    const fresh = await IdentityProvider.start();
    await registerUpstream(server, fresh, { alias: 'fresh', name: 'Fresh' });
    fresh.fault = 503;
    const token = await fresh.sign(logoutClaims(server, fresh, named));
    const answer = await sendLogoutToken(server, token, 'fresh');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' });
    fresh.fault = undefined;

    expect((await sendLogoutToken(server, token, 'fresh')).status).toBe(200);
    await fresh.stop();
  });

  it('L1 a token counts once on all replicas, and not again at another time', async () => {
    const replica = await beside(server, { EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
    const token = await signed();
    const atReplica = async (): Promise<number> =>
      (
        await replica.inject({
          method: 'POST',
          url: '/upstream/acme/backchannel-logout',
          headers: { 'content-type': form },
          payload: `logout_token=${token}`,
        })
      ).statusCode;
    const statuses = await Promise.all([
      sendLogoutToken(server, token).then(({ status }) => status),
      atReplica(),
      sendLogoutToken(server, token).then(({ status }) => status),
      atReplica(),
    ]);
    expect(statuses.toSorted((one, two) => one - two)).toEqual([200, 400, 400, 400]);
    expect(await isSignedIn(browser)).toBe(false);
    server.clock.advance(1);
    await signInAt(browser, provider, { claims: named });
    expect(await atReplica()).toBe(400);
    server.clock.advance(100);
    expect(await atReplica()).toBe(400);

    expect(await isSignedIn(browser)).toBe(true);
    await replica.close();
  });
});

describe('O2 logout tokens that are refused', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_ANONYMOUS_REQUESTS: '3' });
  beforeAll(() => registerUpstream(server, provider));

  it('O2 are bounded per network, by 429 with Retry-After; those that are accepted are not counted', async () => {
    const valid = async (): Promise<string> => provider.sign(logoutClaims(server, provider, named));
    for (let i = 0; i < 6; i++) expect((await sendLogoutToken(server, await valid())).status).toBe(200);
    for (let i = 0; i < 3; i++) expect((await sendLogoutToken(server, 'junk')).status).toBe(400);
    const answer = await sendLogoutToken(server, await valid());
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    server.clock.advance(61);

    expect((await sendLogoutToken(server, await valid())).status).toBe(200);
  });
});

const contentOf = async (token: Promise<string>): Promise<string> =>
  (await token).split('.').slice(0, 2).join('.');
const signatureOf = async (token: Promise<string>): Promise<string> => (await token).split('.')[2] ?? '';
