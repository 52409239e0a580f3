import { PasswordHasher } from '../../src/crypto/password.js';
import { Sessions } from '../../src/sessions/sessions.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { UserPasswords } from '../../src/users/user-passwords.js';
import { AdminCaller } from '../support/admin-caller.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { expectRefusal, RelyingParty } from '../support/relying-party.js';
import { alice, startServer, type TestServer } from '../support/server.js';

describe('A change of credentials', () => {
  let server: TestServer;
  let subject: string;

  beforeEach(async () => {
    server = await startServer();
    subject = await server.createUser(alice);
  });
  afterEach(() => server.stop());

  const changes: [change: string, run: () => Promise<unknown>][] = [
    ['a new password', () => server.app.get(UserPasswords).set(subject, 'another horse battery', 'test')],
    ['disabling the account', () => server.app.get(UserAccounts).update(subject, { disabled: true }, 'test')],
  ];

  it.each(changes)('%s refuses a sign-in whose password was right a moment before', async (_change, run) => {
    const hasher = server.app.get(PasswordHasher);
    const compare = hasher.compare.bind(hasher);
    hasher.compare = async (...parameters) => {
      const matches = await compare(...parameters);
      await run();
      return matches;
    };
    const browser = new TestBrowser(server.issuer);
    const page = await signIn(browser, await browser.open('/login'), alice);

    expect(page.status).toBe(401);
    expect(page.html).toContain('Sign in again');
    expect(await server.app.get(Sessions).listActive(subject)).toEqual([]);
  });

  describe('a new password', () => {
    const setPassword = async (body: object = {}): Promise<void> => {
      const admin = await AdminCaller.register(server);
      const answer = await admin.put(`/users/${subject}/password`, {
        password: 'another horse battery',
        ...body,
      });
      expect(answer.status).toBe(204);
    };

    it('ends sessions, grants with offline access, and codes that are not redeemed yet', async () => {
      const party = await RelyingParty.register(server);
      const { refresh_token } = await party.tokens();
      const code = await party.authorize();
      await setPassword();
      expectRefusal(await party.refresh(refresh_token), 400, 'invalid_grant');
      expectRefusal(await party.redeem(code), 400, 'invalid_grant');
      expect(await server.app.get(Sessions).listActive(subject)).toEqual([]);
    });

    it('leaves grants with offline access if the administrator keeps them, and ends the others', async () => {
      const party = await RelyingParty.register(server);
      const online = await RelyingParty.register(server, { scope: 'openid profile' });
      const { refresh_token } = await party.tokens();
      const { access_token } = await online.tokens();
      await setPassword({ keep_grants: true });
      expect((await party.refresh(refresh_token)).status).toBe(200);
      expect((await online.introspect(access_token)).body).toEqual({ active: false });
      expect(await server.app.get(Sessions).listActive(subject)).toEqual([]);
    });
  });
});
