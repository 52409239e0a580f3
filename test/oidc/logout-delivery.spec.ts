import { ClientDirectory } from '../../src/clients/client-directory.js';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { BackChannelLogout } from '../../src/oidc/back-channel-logout.js';
import { Database } from '../../src/persistence/database.js';
import { Client } from '../../src/persistence/entities/client.entity.js';
import { LeasesStore } from '../../src/persistence/stores/leases.store.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { TestBrowser } from '../support/browser.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';
import { LogoutReceiver } from '../support/logout-receiver.js';
import { deliver, queued, signOutAt, verified } from '../support/logout-deliveries.js';

describe('The delivery of logout tokens', () => {
  let server: TestServer;
  let receiver: LogoutReceiver;

  beforeAll(async () => {
    receiver = await LogoutReceiver.start();
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: receiver.host });
    await server.createUser(alice);
  });

  afterAll(async () => {
    await server.stop();
    await receiver.stop();
  });

  beforeEach(() => {
    receiver.status = 200;
    receiver.take();
  });

  const relyingParty = (path: string, registration = {}, browser?: TestBrowser): Promise<RelyingParty> =>
    RelyingParty.register(
      server,
      { backchannel_logout_uri: receiver.uri(path), ...registration },
      browser ?? new TestBrowser(server.issuer),
    );

  it('D3 a client that does not answer with 200 gets the token again with growing delays, until the delivery has failed', async () => {
    const client = await relyingParty('/down');
    await client.tokens();
    await signOutAt(client.browser);
    receiver.status = 503;
    const jtis = new Set<unknown>();
    for (const [attempt, delay] of [...server.app.get(BackChannelLogout).retryDelaysSeconds, 0].entries()) {
      await deliver(server);
      const [received, ...more] = receiver.take('/down');
      expect(more).toEqual([]);
      jtis.add((await verified(server, received, client.clientId)).jti);
      const [delivery] = await queued(server, client.clientId);
      const last = attempt === server.app.get(BackChannelLogout).retryDelaysSeconds.length;
      expect(delivery).toMatchObject({
        attempts: attempt + 1,
        state: last ? 'failed' : 'pending',
        lastProblem: 'it answered 503',
      });
      const soonest = last ? 0 : server.clock.now() + delay - 2;
      expect(delivery?.dueAt ?? 0).toBeGreaterThanOrEqual(soonest);
      expect(delivery?.dueAt === null).toBe(last);
      server.clock.advance(delay + 2);
    }
    server.clock.advance(86_400);
    await deliver(server);
    expect(receiver.take('/down')).toEqual([]);
    expect(jtis.size).toBe(server.app.get(BackChannelLogout).retryDelaysSeconds.length + 1);
  });

  it('D3 a client that was unreachable gets the token as soon as it is back, once', async () => {
    const client = await relyingParty('/back');
    await client.tokens();
    await signOutAt(client.browser);
    receiver.status = 500;
    await deliver(server);
    receiver.take('/back');
    await deliver(server);
    expect(receiver.take('/back')).toEqual([]);
    receiver.status = 204;
    server.clock.advance(server.app.get(BackChannelLogout).retryDelaysSeconds[0] ?? 0);
    await deliver(server);
    expect(receiver.take('/back')).toHaveLength(1);
    server.clock.advance(86_400);
    await deliver(server);
    expect(receiver.take('/back')).toEqual([]);
    const [delivery] = await queued(server, client.clientId);
    expect(delivery).toMatchObject({ state: 'delivered', attempts: 2, dueAt: null, lastProblem: null });
  });

  it('D3 the delivery to a client that was deleted meanwhile has failed', async () => {
    const browser = new TestBrowser(server.issuer);
    const deleted = await relyingParty('/deleted', {}, browser);
    const kept = await relyingParty('/kept', {}, browser);
    await deleted.tokens();
    await kept.tokens();
    receiver.status = 500;
    await signOutAt(browser);
    await deliver(server);
    expect(receiver.take().map(({ path }) => path)).toEqual(expect.arrayContaining(['/deleted', '/kept']));
    await server.app.get(ClientRegistration).delete(deleted.clientId, 'test');
    receiver.status = 200;
    server.clock.advance(server.app.get(BackChannelLogout).retryDelaysSeconds[0] ?? 0);
    await deliver(server);
    expect(receiver.take('/deleted')).toEqual([]);
    const [delivery] = await queued(server, deleted.clientId);
    expect(delivery).toMatchObject({ state: 'failed', dueAt: null });
  });

  it('D3 an address that is not allowed gets no request, and its delivery is retried as any other', async () => {
    const client = await relyingParty('/');
    await client.tokens();
    // Registered when it still was allowed.
    await server.app
      .get(Database)
      .write((tx) =>
        tx.update(
          Client,
          { clientId: client.clientId },
          { backchannelLogoutUri: 'https://127.0.0.1:1/private' },
        ),
      );
    server.app.get(ClientDirectory).forget(client.clientId);
    await signOutAt(client.browser);
    await deliver(server);
    const [delivery] = await queued(server, client.clientId);
    expect(delivery).toMatchObject({ state: 'pending', attempts: 1 });
    expect(delivery?.lastProblem).toContain('private, loopback or link-local');
  });

  it('D3 while another replica delivers, this one leaves the queue alone', async () => {
    const client = await relyingParty('/leased');
    await client.tokens();
    await deliver(server);
    const now = server.clock.now();
    await server.app.get(LeasesStore).acquire('deliveries', 'another replica', now, now + 60);
    await signOutAt(client.browser);
    await deliver(server);
    expect(receiver.take()).toEqual([]);
    // The other replica is gone, and its lease expires.
    server.clock.advance(60);
    await deliver(server);
    expect(receiver.take().map(({ path }) => path)).toEqual(['/leased']);
  });

  it('D3 a delivery that is over is swept after a week, and not before', async () => {
    const client = await relyingParty('/swept');
    await client.tokens();
    await signOutAt(client.browser);
    await deliver(server);
    const sweeper = server.app.get(Sweeper);
    server.clock.advance(6 * 86_400);
    await sweeper.sweep(server.clock.now());
    await expect(queued(server, client.clientId)).resolves.toMatchObject([{ state: 'delivered' }]);
    server.clock.advance(86_400);
    await sweeper.sweep(server.clock.now());
    await expect(queued(server, client.clientId)).resolves.toEqual([]);
  });

  // The last one: passport keeps one strategy a process, that of the application which was made last.
  it('D3 a logout token that was queued before a restart is delivered after it', async () => {
    const environment = { EYRIE_OUTBOUND_ALLOW: receiver.host };
    const before = await startServer(environment);
    await before.createUser(alice);
    const client = await RelyingParty.register(before, { backchannel_logout_uri: receiver.uri('/restart') });
    await client.tokens();
    receiver.status = 500;
    await signOutAt(client.browser);
    await deliver(before);
    receiver.take();
    await before.app.close();

    receiver.status = 200;
    const after = await startServer({
      ...environment,
      DATABASE_URL: before.databaseUrl,
      EYRIE_ISSUER: before.issuer,
      PORT: new URL(before.issuer).port,
    });
    after.clock.advance(server.app.get(BackChannelLogout).retryDelaysSeconds[0] ?? 0);
    await deliver(after);
    const [received] = receiver.take('/restart');
    await expect(verified(after, received, client.clientId)).resolves.toHaveProperty('sid');
    await after.stop();
    await before.stop();
  });
});
