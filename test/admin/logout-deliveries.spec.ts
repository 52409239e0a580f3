import { BackChannelLogout } from '../../src/oidc/back-channel-logout.js';
import { DeliveryQueue } from '../../src/queue/delivery-queue.js';
import { Sessions } from '../../src/sessions/sessions.js';
import { LogoutReceiver } from '../support/logout-receiver.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';

describe('The admin API for logout deliveries', () => {
  let server: TestServer;
  let receiver: LogoutReceiver;
  let admin: AdminCaller;
  let reader: AdminCaller;
  let userId: string;

  beforeAll(async () => {
    receiver = await LogoutReceiver.start();
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: receiver.host });
    userId = await server.createUser(alice);
  });
  afterAll(async () => {
    await server.stop();
    await receiver.stop();
  });
  beforeEach(async () => {
    receiver.status = 200;
    await renewTokens();
  });

  /** The clock moves, and access tokens run out. */
  async function renewTokens(): Promise<void> {
    admin = await AdminCaller.register(server);
    reader = await AdminCaller.register(server, 'eyrie.admin.read');
  }

  /** A client whose user has just signed out, while its server answers with this status. */
  async function signedOut(status: number): Promise<{ clientId: string; sid: string }> {
    const client = await RelyingParty.register(server, { backchannel_logout_uri: receiver.uri('/told') });
    const sid = String(payloadOf((await client.tokens()).id_token).sid);
    receiver.status = status;
    await server.app.get(Sessions).end(sid, userId, 'test');
    await deliver();
    return { clientId: client.clientId, sid };
  }

  /** Lets the queue be worked off, a look that was under way already included. */
  async function deliver(): Promise<void> {
    await server.app.get(DeliveryQueue).deliverDue();
    await server.app.get(DeliveryQueue).deliverDue();
  }

  async function one(clientId: string): Promise<Record<string, unknown>> {
    const [item, ...more] = itemsOf(await reader.get(`/logout-deliveries?client_id=${clientId}`));
    expect(more).toEqual([]);
    return item ?? {};
  }

  it('D3 show what is to be told to whom, how often it was tried, when it is tried next and why it failed', async () => {
    const { clientId, sid } = await signedOut(503);
    const item = await one(clientId);
    expect(item).toEqual({
      id: expect.any(String),
      session_id: sid,
      user_id: userId,
      client_id: clientId,
      state: 'pending',
      attempts: 1,
      next_attempt_at: expect.any(Number),
      last_error: 'it answered 503',
      created_at: expect.any(Number),
      delivered_at: null,
    });
    expect(Number(item.next_attempt_at) - Number(item.created_at)).toBeGreaterThanOrEqual(
      server.app.get(BackChannelLogout).retryDelaysSeconds[0] ?? 0,
    );
  });

  it('D3 are filtered by client, user and state, and come in pages', async () => {
    const { clientId: told } = await signedOut(200);
    const { clientId: untold } = await signedOut(500);
    const clientsIn = async (query: string): Promise<unknown[]> =>
      (await reader.everyItem(`/logout-deliveries${query}`, 1)).map(({ client_id }) => client_id);

    expect(await clientsIn('')).toEqual(expect.arrayContaining([told, untold]));
    expect(await clientsIn('?state=delivered')).toEqual([told]);
    expect(await clientsIn(`?state=pending&client_id=${told}`)).toEqual([]);
    expect(await clientsIn(`?state=pending&user_id=${userId}`)).toContain(untold);
    expect(await clientsIn('?state=failed')).toEqual([]);
    expect(await clientsIn('?user_id=somebody-else')).toEqual([]);
  });

  it.each(['state=lost', 'client_id=', 'limit=0', 'colour=green'])(
    'D3 ?%s is refused by name',
    async (query) => {
      expectRefusedField(await reader.get(`/logout-deliveries?${query}`), query.split('=')[0] ?? '');
    },
  );

  it('D3 one that is tried again goes out at once, and then shows as delivered', async () => {
    const { clientId } = await signedOut(503);
    const { id } = await one(clientId);
    receiver.status = 200;
    const answer = await admin.post(`/logout-deliveries/${String(id)}/retry`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      id,
      state: 'pending',
      attempts: 1,
      next_attempt_at: expect.any(Number),
    });
    await deliver();
    expect(await one(clientId)).toMatchObject({
      state: 'delivered',
      attempts: 2,
      next_attempt_at: null,
      last_error: null,
      delivered_at: expect.any(Number),
    });
    const events = itemsOf(await admin.get('/audit-events?event=logout_delivery.retried'));
    expect(events).toEqual([
      expect.objectContaining({ actor: `client:${admin.clientId}`, client_id: clientId, user_id: userId }),
    ]);
    expect((await admin.post(`/logout-deliveries/${String(id)}/retry`)).status).toBe(409);
  });

  it('D3 one that was given up has one more attempt, and is given up again', async () => {
    const { clientId } = await signedOut(503);
    for (const delay of server.app.get(BackChannelLogout).retryDelaysSeconds) {
      server.clock.advance(delay + 1);
      await deliver();
    }
    await renewTokens();
    const { id } = await one(clientId);
    const given = {
      state: 'failed',
      attempts: server.app.get(BackChannelLogout).retryDelaysSeconds.length + 1,
      next_attempt_at: null,
    };
    expect(await one(clientId)).toMatchObject(given);
    expect(itemsOf(await reader.get('/logout-deliveries?state=failed')).map((item) => item.id)).toContain(id);

    await admin.post(`/logout-deliveries/${String(id)}/retry`);
    await deliver();
    expect(await one(clientId)).toMatchObject({
      ...given,
      attempts: server.app.get(BackChannelLogout).retryDelaysSeconds.length + 2,
    });
  });

  it('D3 one that is not there is 404', async () => {
    expect((await admin.post('/logout-deliveries/none/retry')).status).toBe(404);
  });
});
