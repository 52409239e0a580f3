import { allow, responseOf, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, startServer, type TestServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { authorizeUrl, expectCode } from '../support/authorization-requests.js';
import { signedInBrowser } from '../support/walk.js';
import { carol } from '../support/server.js';

describe('Claims of scopes, and offline access', () => {
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

  describe('A12 claims of scopes', () => {
    it('A12 claims of profile, email, address and phone come from userinfo, not from the ID token', async () => {
      const party = await register();

      const { id_token, access_token } = await party.tokens({ scope: 'openid profile email address phone' });

      const inIdToken = Object.keys(payloadOf(id_token)).toSorted();
      expect(inIdToken).toEqual(
        ['acr', 'amr', 'at_hash', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'sub'].toSorted(),
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
    it('A13 offline_access with consent and the refresh_token grant yields a refresh token', async () => {
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

    it('A13 an offline grant outlives the sign-out, and an online grant does not', async () => {
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
});

const csrfOf = (html: string): string => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
