import { suppliedClaims } from '../../src/protocol/claims.js';
import { allow, responseOf } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { authorizeUrl, expectCode } from '../support/authorization-requests.js';
import { carol } from '../support/server.js';
import { useSignedInBrowser } from '../support/use-browser.js';

describe('Claims of scopes, and offline access', () => {
  const server = useServer({}, { users: [alice] });
  let subject: string;
  const browser = useSignedInBrowser(server, carol);

  beforeAll(async () => {
    subject = await server.createUser(carol);
    await server.register(messageWriter);
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

  describe('A12 a client that is registered for claims in its ID tokens', () => {
    const asked = { scope: 'openid profile email phone offline_access' };

    it('A12 with true has every granted claim there, after a refresh too, and userinfo as before', async () => {
      const party = await register({ id_token_claims: true });

      const { id_token, access_token, refresh_token } = await party.tokens(asked);

      const { address: _address, ...granted } = (await party.userinfo(access_token)).body;
      expect(granted).toMatchObject({ name: 'Carol', email: 'carol@example.com' });
      expect(payloadOf(id_token)).toMatchObject(granted);
      expect(payloadOf(id_token)).not.toHaveProperty('address');
      expect(payloadOf((await party.refresh(refresh_token)).body.id_token)).toMatchObject(granted);
    });

    it('A12 with a list has those that were granted, and what a request asks for', async () => {
      const party = await register({ id_token_claims: ['email', 'name', 'address'] });
      const claims = { id_token: { phone_number: null, name: { value: 'Somebody else' } } };

      const { id_token } = await party.tokens(asked);
      const requested = await party.tokens({ ...asked, claims: JSON.stringify(claims) });

      expect(profileIn(id_token)).toEqual({ name: 'Carol', email: 'carol@example.com' });
      expect(profileIn(requested.id_token)).toEqual({
        email: 'carol@example.com',
        phone_number: carol.phone_number,
      });
    });

    it('A12 with an empty list or false has none', async () => {
      for (const id_token_claims of [[], false]) {
        const party = await register({ id_token_claims });
        expect(profileIn((await party.tokens(asked)).id_token)).toEqual({});
      }
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

/** The claims about the person in an ID token. */
function profileIn(idToken: string): Record<string, unknown> {
  const known = new Set(suppliedClaims.filter((name) => name !== 'sub'));
  return Object.fromEntries(Object.entries(payloadOf(idToken)).filter(([name]) => known.has(name)));
}

const csrfOf = (html: string): string => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
