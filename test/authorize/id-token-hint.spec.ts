import { createHmac, createPublicKey, createSign, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { KeyRing } from '../../src/keys/key-ring.js';
import { responseOf, signIn, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';
import { authorizeUrl, expectCode, expectErrorRedirect } from '../support/authorization-requests.js';
import { shows, signedInBrowser, walk } from '../support/walk.js';

const bob = { username: 'bob', password: 'staple battery horse', name: 'Bob' };
const day = 86_400;

describe('A10 id_token_hint', () => {
  const server = useServer(
    { EYRIE_SESSION_IDLE_TTL: '100000000', EYRIE_SESSION_TTL: '100000000' },
    { users: [alice, bob], clients: [messageWriter] },
  );
  let browser: TestBrowser;
  let party: RelyingParty;
  let hint: string;

  beforeAll(async () => {
    browser = await signedInBrowser(server);
    await walk(browser, authorizeUrl());
    party = await RelyingParty.register(server, {}, browser);
    hint = (await party.tokens()).id_token;
  });

  const ask = (id_token_hint: string, more = {}) =>
    browser.send(authorizeUrl({ id_token_hint, prompt: 'none', ...more }));

  it('A10 the signed-in user is answered with a code', async () => {
    expectCode(await browser.open(authorizeUrl({ id_token_hint: hint, prompt: 'none' })));
  });

  it('A10 another user than the signed-in one is login_required, with prompt=none and without', async () => {
    const other = await signedInBrowser(server, bob);

    for (const prompt of ['none', undefined]) {
      const page = await other.send(authorizeUrl({ id_token_hint: hint, prompt }));
      expectErrorRedirect(page, 'login_required', server);
    }
    expect((await other.open('/account')).html).toContain('Bob');
  });

  it('A10 nobody signed in is login_required with prompt=none, the sign-in page without', async () => {
    const nobody = new TestBrowser(server.issuer);

    expectErrorRedirect(
      await nobody.send(authorizeUrl({ id_token_hint: hint, prompt: 'none' })),
      'login_required',
      server,
    );
    expect(shows.signIn(await nobody.open(authorizeUrl({ id_token_hint: hint })))).toBe(true);
  });

  it('A10 who signs in as somebody else is sent back with login_required', async () => {
    const other = new TestBrowser(server.issuer);
    const page = await other.open(authorizeUrl({ id_token_hint: hint }));

    const left = await signIn(other, page, bob);

    expect(responseOf(left).get('error')).toBe('login_required');
    expect(responseOf(left).has('code')).toBe(false);
  });

  it('A10 a hint from another client of ours tells who is meant as well', async () => {
    const other = await RelyingParty.register(server, {}, browser);

    expectCode(
      await browser.open(authorizeUrl({ id_token_hint: (await other.tokens()).id_token, prompt: 'none' })),
    );
  });

  it('A10 a hint signed with the algorithm of another client is accepted', async () => {
    for (const id_token_signed_response_alg of ['ES256', 'PS256', 'EdDSA']) {
      const other = await RelyingParty.register(server, { id_token_signed_response_alg }, browser);
      expectCode(
        await browser.open(authorizeUrl({ id_token_hint: (await other.tokens()).id_token, prompt: 'none' })),
      );
    }
  });

  /** What a server would believe that took the algorithm from the token. */
  async function signedWithPublicKey(jwt: string): Promise<string> {
    const { keys } = (await (await fetch(`${server.issuer}/jwks`)).json()) as {
      keys: (JsonWebKey & { kid: string })[];
    };
    const key = keys.find(({ kid }) => kid === headerOf(jwt).kid);
    const pem = createPublicKey({ key: key ?? {}, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const signed = withHeader(jwt, { alg: 'HS256' }).split('.').slice(0, 2).join('.');
    return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
  }

  const forged: [string, () => string | Promise<string>][] = [
    ['no JWT', () => 'x'],
    ['three dots', () => '..'],
    ['a damaged signature', () => flipped(hint)],
    ['a changed subject', () => withPayload(hint, { sub: 'somebody else' })],
    ['alg none', () => unsecured(hint)],
    ['alg none with the signature left on', () => `${unsecured(hint)}${hint.split('.')[2]}`],
    ['a key of its own under our kid', () => signedElsewhere(hint, {})],
    ['a key of its own in the header', () => signedElsewhere(hint, { withJwk: true })],
    ['HS256 with the signature left on', () => withHeader(hint, { alg: 'HS256' })],
    ['HS256 keyed with the public key', () => signedWithPublicKey(hint)],
    ['an unknown kid', () => withHeader(hint, { kid: 'nobody' })],
    ['a kid that is a path', () => withHeader(hint, { kid: '../../etc/passwd' })],
    ['a kid that is no string', () => withHeader(hint, { kid: { $ne: '' } })],
    ['no kid', () => withHeader(hint, { kid: undefined })],
    ['critical headers', () => withHeader(hint, { crit: ['b64'], b64: false })],
    ['a JWE', () => `${hint}.x.y`],
    ['an access token of ours', async () => (await party.tokens()).access_token],
    ['a refresh token of ours', async () => (await party.tokens()).refresh_token],
    [
      'an ID token of another issuer',
      () => signedElsewhere(withPayload(hint, { iss: 'https://other.example' }), {}),
    ],
    ['seven thousand characters', () => 'x'.repeat(7_000)],
  ];
  it.each(forged)('A10 %s is invalid_request', async (_what, make) => {
    expectErrorRedirect(await ask(await make()), 'invalid_request', server);
  });

  it('A10 a forged hint is invalid_request without prompt=none too', async () => {
    expectErrorRedirect(await ask(unsecured(hint), { prompt: undefined }), 'invalid_request', server);
  });

  it('A10 an expired hint is accepted', async () => {
    server.clock.advance(2 * day);

    expectCode(await browser.open(authorizeUrl({ id_token_hint: hint, prompt: 'none' })));
  });

  it('A10 a hint signed with a retired key, no longer published, is accepted', async () => {
    await server.app.get(KeyRing).rotate(['RS256'], 'test');
    server.clock.advance(30 * day);
    const { keys } = (await (await fetch(`${server.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
    expect(keys.map((key) => key.kid)).not.toContain(headerOf(hint).kid);

    expectCode(await browser.open(authorizeUrl({ id_token_hint: hint, prompt: 'none' })));
  });
});

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decoded(part: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
}

const headerOf = (jwt: string): Record<string, unknown> => decoded(jwt.split('.')[0]);

function withHeader(jwt: string, changes: Record<string, unknown>): string {
  const [header, payload, signature] = jwt.split('.');
  return [encoded({ ...decoded(header), ...changes }), payload, signature].join('.');
}

function withPayload(jwt: string, changes: Record<string, unknown>): string {
  const [header, payload, signature] = jwt.split('.');
  return [header, encoded({ ...decoded(payload), ...changes }), signature].join('.');
}

function unsecured(jwt: string): string {
  const [header, payload] = withHeader(jwt, { alg: 'none' }).split('.');
  return `${header}.${payload}.`;
}

function flipped(jwt: string): string {
  const [header, payload, signature = ''] = jwt.split('.');
  return [header, payload, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`].join('.');
}

function signedElsewhere(jwt: string, { withJwk = false }): string {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const changed = withJwk ? withHeader(jwt, { jwk: publicKey.export({ format: 'jwk' }) }) : jwt;
  const signed = changed.split('.').slice(0, 2).join('.');
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
}
