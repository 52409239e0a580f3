import { Issuance } from '../../src/authorize/issuance.js';
import { ConsentRecords } from '../../src/consent/consent-records.js';
import { Database } from '../../src/persistence/database.js';
import { Grant } from '../../src/persistence/entities/grant.entity.js';
import { Sessions } from '../../src/sessions/sessions.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { UserPasswords } from '../../src/users/user-passwords.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, type TestServer, useServer } from '../support/server.js';

const full = 'openid profile email offline_access contacts.read';

/** What ends while an authorization is in flight, and the scope of a grant that must not outlive it. */
const ends: [
  end: string,
  scope: string,
  run: (server: TestServer, user: string, client: string) => Promise<unknown>,
][] = [
  [
    'a withdrawn consent',
    full,
    (server, user, client) => server.app.get(ConsentRecords).withdraw(user, client, 'test'),
  ],
  [
    'an ended session',
    'openid profile',
    async (server, user) => {
      const sessions = server.app.get(Sessions);
      for (const { id } of await sessions.listActive(user)) await sessions.end(id, user, 'test');
    },
  ],
  [
    'a disabled account',
    full,
    async (server, user) => {
      await server.app.get(UserAccounts).update(user, { disabled: true }, 'test');
      await server.app.get(UserAccounts).update(user, { disabled: false }, 'test');
    },
  ],
  ['a new password', full, (server, user) => server.app.get(UserPasswords).set(user, alice.password, 'test')],
];

describe('A grant that is given while its basis ends', () => {
  const server = useServer();
  beforeAll(() => server.clock.hold());
  let subject: string;

  beforeAll(async () => {
    subject = await server.createUser(alice);
  });

  const client = (scope: string): Promise<RelyingParty> => RelyingParty.register(server, { scope });
  const activeGrants = async ({ clientId }: RelyingParty): Promise<number> => {
    const found = await server.app.get(Database).read.findBy(Grant, { clientId });
    return found.filter(({ revokedAt }) => revokedAt === null).length;
  };
  const silently = (party: RelyingParty): Promise<URLSearchParams> => party.respond({ prompt: 'none' });

  it.each(ends)('is not written after %s, though it was allowed before', async (_end, scope, run) => {
    const party = await client(scope);
    await party.authorize();
    const issuance = server.app.get(Issuance);
    const issue = issuance.issue.bind(issuance);
    issuance.issue = async (...request) => {
      issuance.issue = issue;
      await run(server, subject, party.clientId);
      return issue(...request);
    };

    const response = await silently(party);

    expect(response.get('error')).toMatch(/^(login|consent)_required$/);
    expect(await activeGrants(party)).toBe(0);
  });

  it.each(ends)('does not survive %s at the same time', async (_end, scope, run) => {
    const party = await client(scope);
    for (let round = 0; round < 8; round++) {
      await party.authorize();
      await Promise.all([silently(party), run(server, subject, party.clientId), silently(party)]);
      expect(await activeGrants(party)).toBe(0);
    }
  });
});

describe('A16 a grant whose code is not redeemed', () => {
  const server = useServer({}, { users: [alice] });
  beforeAll(() => server.clock.hold());
  let party: RelyingParty;

  beforeAll(async () => {
    party = await RelyingParty.register(server);
  });

  const grant = async (): Promise<Grant> => {
    const { read } = server.app.get(Database);
    const found = await read.find(Grant, { where: { clientId: party.clientId }, order: { id: 'DESC' } });
    return found[0]!;
  };

  it('expires with the code', async () => {
    await party.authorize();
    expect((await grant()).expiresAt).toBe(server.clock.now() + 60);
  });

  it('lasts as long as its refresh tokens once the code is redeemed', async () => {
    const tokens = await party.tokens();
    expect((await grant()).expiresAt).toBeGreaterThan(server.clock.now() + 86_400);
    server.clock.advance(86_400);
    expect((await party.refresh(tokens.refresh_token)).status).toBe(200);
  });
});
