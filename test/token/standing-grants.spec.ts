import { Database } from '../../src/persistence/database.js';
import { Grant } from '../../src/persistence/entities/grant.entity.js';
import { AdminCaller } from '../support/admin-caller.js';
import { type Answer, RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';

describe('B8 the standing grant of a client', () => {
  const server = useServer({}, { users: [alice] });
  let service: RelyingParty;
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  beforeEach(async () => {
    service = await RelyingParty.register(server, {
      redirect_uris: [],
      grant_types: ['client_credentials'],
      scope: 'contacts.read',
    });
  });

  const token = (): Promise<Answer> => service.token({ grant_type: 'client_credentials' });
  const isActive = async ({ body }: Answer): Promise<unknown> =>
    (await service.introspect(body.access_token)).body.active;
  const standing = async (): Promise<Grant[]> =>
    server.app.get(Database).read.findBy(Grant, { clientId: service.clientId });

  it('is one, however many first tokens are asked for at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, token));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await standing()).toHaveLength(1);
  });

  it('issues no token that is revoked when it arrives, however it is revoked beside it', async () => {
    for (let round = 0; round < 8; round++) {
      await token();
      await Promise.all([
        token(),
        admin.delete(`/grants?client_id=${service.clientId}`),
        ...Array.from({ length: 4 }, token),
      ]);
      expect(await isActive(await token())).toBe(true);
    }
  });

  it('that another process revoked is replaced at the next token', async () => {
    await token();
    const [grant] = await standing();
    await server.app
      .get(Database)
      .write((tx) => tx.update(Grant, { id: grant?.id ?? '' }, { revokedAt: server.clock.now() }));
    expect(await isActive(await token())).toBe(true);
    expect(await standing()).toHaveLength(2);
  });
});
