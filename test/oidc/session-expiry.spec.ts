import { DeliveryQueue } from '../../src/queue/delivery-queue.js';
import { Database } from '../../src/persistence/database.js';
import { SessionsStore } from '../../src/persistence/stores/sessions.store.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { TestBrowser } from '../support/browser.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { LogoutReceiver } from '../support/logout-receiver.js';

const idle = 3_000;
const lifetime = 5_000;

describe('D3 sessions that merely end', () => {
  let server: TestServer;
  let receiver: LogoutReceiver;
  let subject: string;

  beforeAll(async () => {
    receiver = await LogoutReceiver.start();
    server = await startServer({
      EYRIE_OUTBOUND_ALLOW: receiver.host,
      EYRIE_SESSION_IDLE_TTL: String(idle),
      EYRIE_SESSION_TTL: String(lifetime),
      EYRIE_ACCESS_TOKEN_TTL: '20000',
    });
    subject = await server.createUser(alice);
  });
  afterAll(async () => {
    await server.stop();
    await receiver.stop();
  });
  beforeEach(() => void receiver.take());

  const relyingParty = (path: string, registration = {}, browser?: TestBrowser): Promise<RelyingParty> =>
    RelyingParty.register(server, { backchannel_logout_uri: receiver.uri(path), ...registration }, browser);

  /** What the server does by itself once a minute, and what goes out of it. */
  async function minute(): Promise<string[]> {
    await server.app.get(Sweeper).sweep(server.clock.now());
    await server.app.get(DeliveryQueue).deliverDue();
    await server.app.get(DeliveryQueue).deliverDue();
    return receiver.received.map(({ path }) => path ?? '');
  }

  it('D3 one that nobody uses is told to its clients when it is over, not before, and once', async () => {
    const client = await relyingParty('/idle');
    const { id_token: idToken } = await client.tokens();
    server.clock.advance(idle - 10);
    expect(await minute()).toEqual([]);
    server.clock.advance(20);
    expect(await minute()).toEqual(['/idle']);
    const [received] = receiver.received;
    expect(payloadOf(received?.body.get('logout_token') ?? '')).toMatchObject({
      aud: client.clientId,
      sub: subject,
      sid: payloadOf(idToken).sid,
    });
    server.clock.advance(lifetime);
    expect(await minute()).toEqual(['/idle']);
  });

  it('D3 one that is used is told when its time is over, before it is deleted', async () => {
    const client = await relyingParty('/absolute');
    await client.tokens();
    for (const step of [2_000, 2_000]) {
      server.clock.advance(step);
      await client.browser.open('/account');
      expect(await minute()).toEqual([]);
    }
    server.clock.advance(lifetime - 4_000 + 10);
    expect(await minute()).toEqual(['/absolute']);
    const left = await server.app
      .get(Database)
      .query('SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.ended_at IS NULL', []);
    expect(left).toEqual([]);
  });

  it('D3 the grants bound to it die, and offline ones stay', async () => {
    const online = await relyingParty('/online', { scope: 'openid contacts.read' });
    const offline = await relyingParty('/offline', {}, online.browser);
    const bound = await online.tokens();
    const lasting = await offline.tokens();
    server.clock.advance(idle + 10);
    expect((await online.introspect(bound.access_token)).body.active).toBe(true);
    expect((await minute()).toSorted()).toEqual(['/offline', '/online']);
    expect((await online.introspect(bound.access_token)).body).toEqual({ active: false });
    expect((await offline.refresh(lasting.refresh_token)).status).toBe(200);

    const admin = await AdminCaller.register(server, 'eyrie.admin.read');
    const events = itemsOf(await admin.get('/audit-events?event=session.ended&limit=1'));
    expect(events).toEqual([expect.objectContaining({ actor: 'eyrie:session-expiry', user_id: subject })]);
  });

  it('D3 one that was signed out of before is not told again', async () => {
    const client = await relyingParty('/signed-out');
    const { id_token: hint } = await client.tokens();
    await client.browser.open(`/logout?id_token_hint=${hint}`);
    expect(await minute()).toEqual(['/signed-out']);
    server.clock.advance(lifetime + 10);
    expect(await minute()).toEqual(['/signed-out']);
  });

  it('D3 many of them end in one sweep, and two replicas that sweep at once tell each client once', async () => {
    const browsers = Array.from({ length: 3 }, () => new TestBrowser(server.issuer));
    for (const [index, browser] of browsers.entries())
      await (await relyingParty(`/${index}`, {}, browser)).tokens();
    const database = server.app.get(Database);
    const now = server.clock.now();
    await database.write(async (tx) => {
      for (let index = 0; index < 120; index++)
        await server.app.get(SessionsStore).insert(tx, {
          id: `many-${index}`,
          tokenHash: `many-${index}`,
          userId: subject,
          acr: '1',
          amr: ['pwd'],
          proofs: null,
          kept: false,
          authenticatedAt: now,
          lastSeenAt: now,
          expiresAt: now + lifetime,
          address: null,
          userAgent: null,
          endedAt: null,
        });
    });
    server.clock.advance(idle + 10);
    await Promise.all([minute(), server.app.get(Sweeper).sweep(server.clock.now())]);
    await minute();
    expect(receiver.take().map(({ path }) => path)).toEqual(['/0', '/1', '/2']);
    expect(
      await server.app.get(SessionsStore).overdue(server.clock.now(), server.clock.now() - idle, 1),
    ).toEqual([]);
  });
});
