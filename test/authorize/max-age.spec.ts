import { responseOf, signIn, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { authorizeUrl, expectCode, expectErrorRedirect } from '../support/authorization-requests.js';
import { shows, signedInBrowser, walk } from '../support/walk.js';

describe('max_age', () => {
  const server = useServer(
    { EYRIE_SESSION_IDLE_TTL: '1000000', EYRIE_SESSION_TTL: '1000000' },
    { users: [alice], clients: [messageWriter] },
  );

  beforeAll(async () => {
    await walk(new TestBrowser(server.issuer), authorizeUrl());
  });

  const anonymous = () => new TestBrowser(server.issuer);

  describe('A9 max_age', () => {
    it.each(['-1', '1.5', '1e3', '+1', '0x10', ' 1', 'abc', '1,000', '٣', 'NaN', 'Infinity'])(
      'A9 max_age=%s is invalid_request',
      async (max_age) => {
        expectErrorRedirect(await anonymous().send(authorizeUrl({ max_age })), 'invalid_request', server);
      },
    );

    it.each(['1', '00060', '2147483648', '99999999999', '9'.repeat(400)])(
      'A9 max_age=%s lets a fresh session through',
      async (max_age) => {
        const browser = await signedInBrowser(server);

        expectCode(await browser.open(authorizeUrl({ max_age })));
      },
    );

    it('A9 a session older than max_age has to sign in again, and a younger one does not', async () => {
      const browser = await signedInBrowser(server);
      server.clock.advance(60);
      expect(responseOf(await browser.open(authorizeUrl({ max_age: '61' }))).has('code')).toBe(true);

      server.clock.advance(60);
      const page = await browser.open(authorizeUrl({ max_age: '61' }));

      expect(shows.signIn(page)).toBe(true);
      expectCode(await signIn(browser, page, alice));
    });

    it('A9 a session older than max_age with prompt=none is login_required', async () => {
      const browser = await signedInBrowser(server);
      server.clock.advance(120);

      expectErrorRedirect(
        await browser.send(authorizeUrl({ max_age: '60', prompt: 'none' })),
        'login_required',
        server,
      );
    });

    it('A9 max_age=0 works as prompt=login, and asks once', async () => {
      const browser = await signedInBrowser(server);

      const page = await browser.open(authorizeUrl({ max_age: '0' }));

      expect(shows.signIn(page)).toBe(true);
      server.clock.advance(5);
      expectCode(await signIn(browser, page, alice));
    });

    it('A9 default_max_age of the client counts where the request says nothing', async () => {
      await server.register({ ...messageWriter, client_id: 'hasty', default_max_age: 30 });
      const browser = await signedInBrowser(server);
      await walk(browser, authorizeUrl({ client_id: 'hasty' }));
      server.clock.advance(60);

      expect(shows.signIn(await browser.open(authorizeUrl({ client_id: 'hasty' })))).toBe(true);
      expectCode(await browser.open(authorizeUrl({ client_id: 'hasty', max_age: '1000' })));
    });

    it.each([
      ['max_age', { max_age: '1000' }, {}],
      ['require_auth_time', {}, { require_auth_time: true }],
      ['an essential claim', { claims: '{"id_token":{"auth_time":{"essential":true}}}' }, {}],
    ])('A9 auth_time is in the ID token when %s asks', async (_what, parameters, registration) => {
      const signedInAt = server.clock.now();
      const party = await RelyingParty.register(server, registration, await signedInBrowser(server));
      server.clock.advance(30);

      const { id_token } = await party.tokens(parameters);

      expect(Number(payloadOf(id_token).auth_time) - signedInAt).toBeLessThan(15);
    });

    it('A9 auth_time stays while the session does, and moves with a new sign-in', async () => {
      const party = await RelyingParty.register(server, {}, await signedInBrowser(server));
      const timeOf = async (parameters = {}) =>
        payloadOf((await party.tokens(parameters)).id_token).auth_time as number;
      const first = await timeOf();
      server.clock.advance(100);
      expect(await timeOf()).toBe(first);
      expect(await timeOf({ prompt: 'consent' })).toBe(first);

      expect((await timeOf({ prompt: 'login' })) - first).toBeGreaterThanOrEqual(100);
    });
  });
});
