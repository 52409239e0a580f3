import { allow, responseOf, signIn, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, startServer, type TestServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { authorizeUrl, expectCode, expectErrorRedirect } from '../support/authorization-requests.js';
import { shows, signedInBrowser } from '../support/walk.js';

const passwordAcr = 'urn:eyrie:acr:password';
const carol = {
  ...alice,
  username: 'carol',
  name: 'Carol',
  email: 'carol@example.com',
  given_name: 'Carol',
  phone_number: '+49 30 1234567',
  address: { formatted: 'Unter den Linden 1' },
};

describe('Hints, claims and offline access of an authorization request', () => {
  let server: TestServer;
  let subject: string;
  let browser: TestBrowser;

  beforeAll(async () => {
    server = await startServer();
    await server.createUser(alice);
    subject = await server.createUser(carol);
    await server.register(messageWriter);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    browser = await signedInBrowser(server, carol);
  });

  const register = (changes = {}) =>
    RelyingParty.register(
      server,
      { scope: 'openid profile email address phone offline_access contacts.read', ...changes },
      browser,
    );

  describe('A11 hints', () => {
    it('A11 login_hint fills in the username, escaped', async () => {
      const nobody = new TestBrowser(server.issuer);

      const page = await nobody.open(authorizeUrl({ login_hint: '"><script>alert(1)</script>' }));

      expect(page.html).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    });

    it('A11 login_hint of another user than the signed-in one changes nothing', async () => {
      const party = await register();

      const { id_token } = await party.tokens({ login_hint: 'alice', scope: 'openid' });

      expect(payloadOf(id_token).sub).toBe(subject);
    });

    it.each([
      ['ui_locales', 'fr-CA fr en'],
      ['ui_locales', '../../etc'],
      ['claims_locales', 'xx-invalid-'],
      ['display', 'popup'],
      ['display', 'nonsense'],
      ['acr_values', 'urn:nobody:knows 7'],
    ])('A11 %s=%s causes no error', async (name, value) => {
      expect(shows.signIn(await new TestBrowser(server.issuer).open(authorizeUrl({ [name]: value })))).toBe(
        true,
      );
    });

    it.each([[passwordAcr], ['urn:better:one'], [`urn:better:one ${passwordAcr}`], [undefined]])(
      'A11 acr_values=%s: the acr that was reached is in the ID token, with amr',
      async (acr_values) => {
        const { id_token } = await (await register()).tokens({ acr_values, scope: 'openid' });

        expect(payloadOf(id_token)).toMatchObject({ acr: passwordAcr, amr: ['pwd'] });
      },
    );
  });

  describe('A11 claims', () => {
    it.each([
      ['no JSON', 'x'],
      ['half of JSON', '{"id_token":'],
      ['an array', '[]'],
      ['a string', '"id_token"'],
      ['null', 'null'],
      ['a number', '1'],
      ['a target that is an array', '{"id_token":[]}'],
      ['a target that is a string', '{"userinfo":"name"}'],
      ['a claim that is a string', '{"id_token":{"name":"x"}}'],
      ['a claim that is an array', '{"id_token":{"name":[]}}'],
      ['essential that is no boolean', '{"userinfo":{"name":{"essential":"yes"}}}'],
      ['values that is no array', '{"userinfo":{"name":{"values":"x"}}}'],
      ['a name with characters that no description has', '{"userinfo":{"\\"\\n\\\\é🧭":1}}'],
      ['a thousand open brackets', '['.repeat(1_000)],
    ])('A11 claims of %s is invalid_request', async (_what, claims) => {
      expectErrorRedirect(await browser.send(authorizeUrl({ claims })), 'invalid_request', server);
    });

    it.each([
      ['an empty object', '{}'],
      ['empty targets', '{"id_token":{},"userinfo":null}'],
      ['unknown targets', '{"banana":{"x":1}}'],
      ['unknown claims', '{"id_token":{"shoe_size":{"essential":true}}}'],
      [
        'names of Object.prototype',
        '{"__proto__":{"x":1},"id_token":{"__proto__":{"essential":true},"constructor":null}}',
      ],
      ['language tags', '{"userinfo":{"name#ja-Kana-JP":null}}'],
    ])('A11 claims with %s causes no error', async (_what, claims) => {
      const page = await new TestBrowser(server.issuer).open(authorizeUrl({ claims }));

      expect(shows.signIn(page)).toBe(true);
    });

    it('A11 an essential acr that cannot be reached is unmet_authentication_requirements', async () => {
      for (const acr of [{ value: 'urn:better' }, { values: ['urn:better', 'urn:best'] }]) {
        const claims = JSON.stringify({ id_token: { acr: { essential: true, ...acr } } });
        expectErrorRedirect(
          await browser.send(authorizeUrl({ claims })),
          'unmet_authentication_requirements',
          server,
        );
      }
    });

    it('A11 an essential acr that can be reached, and a voluntary one that cannot, get what was reached', async () => {
      const party = await register();
      for (const acr of [
        { essential: true, value: passwordAcr },
        { essential: true, values: ['urn:better', passwordAcr] },
        { essential: true },
        { value: 'urn:better' },
      ]) {
        const { id_token } = await party.tokens({
          scope: 'openid',
          claims: JSON.stringify({ id_token: { acr } }),
        });
        expect(payloadOf(id_token).acr).toBe(passwordAcr);
      }
    });

    it.each([
      ['id_token', 'value', () => ({ value: subject })],
      ['userinfo', 'value', () => ({ value: subject })],
      ['id_token', 'values', () => ({ values: ['x', subject] })],
    ])('A11 sub of %s by %s, being the signed-in user, gets a code', async (target, _how, sub) => {
      const party = await register();

      const { id_token } = await party.tokens({
        scope: 'openid',
        claims: JSON.stringify({ [target]: { sub: sub() } }),
      });

      expect(payloadOf(id_token).sub).toBe(subject);
    });

    it.each([
      ['id_token', { value: 'somebody else' }],
      ['userinfo', { value: 'somebody else' }],
      ['id_token', { values: ['x', 'y'] }],
      ['id_token', { value: 7 }],
    ])('A11 sub of %s by %j, not being the signed-in user, is login_required', async (target, sub) => {
      const claims = JSON.stringify({ [target]: { sub } });

      expectErrorRedirect(await browser.send(authorizeUrl({ claims })), 'login_required', server);
    });

    it('A11 a claim asked for the ID token is in it, and one asked for userinfo is there', async () => {
      const party = await register();
      const claims = JSON.stringify({
        id_token: { email: { essential: true } },
        userinfo: { given_name: null },
      });

      const { id_token, access_token } = await party.tokens({ scope: 'openid', claims });

      expect(payloadOf(id_token)).toMatchObject({ email: 'carol@example.com' });
      expect(payloadOf(id_token)).not.toHaveProperty('given_name');
      expect((await party.userinfo(access_token)).body).toMatchObject({ sub: subject, given_name: 'Carol' });
    });

    it('A11 a claim asked for with another value than it has is not in the ID token', async () => {
      const party = await register();
      const claims = JSON.stringify({
        id_token: { email: { value: 'x@example.com' }, name: { values: ['Carol'] } },
      });

      const { id_token } = await party.tokens({ scope: 'openid', claims });

      expect(payloadOf(id_token)).not.toHaveProperty('email');
      expect(payloadOf(id_token).name).toBe('Carol');
    });

    it('A11 claims asked for by name are named on the consent page, and can be refused there', async () => {
      const party = await register();
      const claims = JSON.stringify({ userinfo: { email: { essential: true } }, id_token: { email: null } });
      const request = { client_id: party.clientId, scope: 'openid', claims };

      const consent = await browser.open(authorizeUrl(request));
      expect(consent.html).toContain('See your email address');
      const left = await browser.submit(consent, { scope: 'openid', decision: 'allow' });

      const answer = await party.redeem({
        code: expectCode(left),
        verifier: 'a-code-verifier-that-is-long-enough-to-pass-43',
      });
      expect(payloadOf(answer.body.id_token)).not.toHaveProperty('email');
      expect((await party.userinfo(answer.body.access_token)).body).toEqual({ sub: subject });
    });

    it('A11 a client does not get by name what it may not ask for by scope', async () => {
      const party = await register({ scope: 'openid' });
      const claims = JSON.stringify({
        userinfo: { email: { essential: true } },
        id_token: { email: { essential: true } },
      });

      const { id_token, access_token } = await party.tokens({ scope: 'openid', claims });

      expect(payloadOf(id_token)).not.toHaveProperty('email');
      expect((await party.userinfo(access_token)).body).toEqual({ sub: subject });
    });

    it('A11 claims without openid ask for nothing', async () => {
      const page = await browser.open(
        authorizeUrl({ scope: 'contacts.read', claims: '{"userinfo":{"email":null}}' }),
      );

      expect(shows.consent(page)).toBe(true);
      expect(page.html).not.toContain('See your email address');
    });
  });

  describe('A12 claims of scopes', () => {
    it('A12 claims of profile, email, address and phone come from userinfo, not from the ID token', async () => {
      const party = await register();

      const { id_token, access_token } = await party.tokens({ scope: 'openid profile email address phone' });

      const inIdToken = Object.keys(payloadOf(id_token)).toSorted();
      expect(inIdToken).toEqual(
        ['acr', 'amr', 'at_hash', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'sid', 'sub'].toSorted(),
      );
      expect((await party.userinfo(access_token)).body).toMatchObject({
        sub: subject,
        name: 'Carol',
        email: 'carol@example.com',
        phone_number: carol.phone_number,
        address: carol.address,
      });
    });

    it.each([
      ['email', ['email', 'email_verified']],
      ['phone', ['phone_number', 'phone_number_verified']],
      ['address', ['address']],
    ])('A12 scope %s releases its claims and no others', async (scope, expected) => {
      const party = await register();

      const { access_token } = await party.tokens({ scope: `openid ${scope}` });

      expect(Object.keys((await party.userinfo(access_token)).body).toSorted()).toEqual(
        ['sub', ...expected].toSorted(),
      );
    });
  });

  describe('A13 offline_access', () => {
    it('A13 with consent and the refresh_token grant there is a refresh token', async () => {
      const party = await register();

      expect(await party.tokens({ scope: 'openid offline_access' })).toHaveProperty('refresh_token');
    });

    it('A13 without offline_access an OpenID request gets no refresh token', async () => {
      const party = await register();

      expect(await party.tokens({ scope: 'openid profile' })).not.toHaveProperty('refresh_token');
    });

    it('A13 without the refresh_token grant offline_access is ignored and not asked about', async () => {
      const party = await register({ grant_types: ['authorization_code'] });
      const consent = await browser.open(
        authorizeUrl({ client_id: party.clientId, scope: 'openid offline_access' }),
      );
      expect(consent.html).not.toContain('offline_access');
      await allow(browser, consent);

      const tokens = await party.tokens({ scope: 'openid offline_access' });

      expect(tokens).not.toHaveProperty('refresh_token');
      expect(tokens.scope ?? 'openid').toBe('openid');
    });

    it('A13 when the resource owner refuses offline_access there is no refresh token', async () => {
      const party = await register();
      const url = authorizeUrl({ client_id: party.clientId, scope: 'openid profile offline_access' });
      const left = await browser.submit(await browser.open(url), {
        scope: ['openid', 'profile'],
        decision: 'allow',
      });

      const { body } = await party.redeem({
        code: expectCode(left),
        verifier: 'a-code-verifier-that-is-long-enough-to-pass-43',
      });

      expect(body).not.toHaveProperty('refresh_token');
      expect(body.scope).toBe('openid profile');
    });

    it('A13 prompt=none does not give offline_access that was never allowed', async () => {
      const party = await register();
      await party.tokens({ scope: 'openid' });

      const left = await browser.open(
        authorizeUrl({ client_id: party.clientId, scope: 'openid offline_access', prompt: 'none' }),
      );

      expect(responseOf(left).get('error')).toBe('consent_required');
    });

    it('A13 offline access outlives the sign-out, an online grant does not', async () => {
      const party = await register();
      const offline = await party.tokens({ scope: 'openid offline_access' });
      const online = await party.tokens({ scope: 'openid profile' });
      await browser.submit(await browser.open('/account'), {
        _csrf: csrfOf((await browser.open('/account')).html),
      });

      expect((await party.userinfo(online.access_token)).status).toBe(401);
      expect((await party.refresh(offline.refresh_token)).status).toBe(200);
    });
  });

  it('A11 the sign-in page shown again after an error keeps what was typed, escaped', async () => {
    const nobody = new TestBrowser(server.issuer);
    const page = await nobody.open(authorizeUrl());

    const again = await signIn(nobody, page, { username: '<i>"x', password: 'y' });

    expect(again.html).toContain('value="&lt;i&gt;&quot;x"');
  });
});

const csrfOf = (html: string): string => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
