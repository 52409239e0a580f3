import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { ClientDirectory } from '../../src/clients/client-directory.js';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { BackChannelLogout } from '../../src/oidc/back-channel-logout.js';
import { DeliveryQueue } from '../../src/queue/delivery-queue.js';
import { Database } from '../../src/persistence/database.js';
import type { Delivery } from '../../src/persistence/entities/delivery.entity.js';
import { ClientsStore } from '../../src/persistence/stores/clients.store.js';
import { LeasesStore } from '../../src/persistence/stores/leases.store.js';
import { DeliveriesStore } from '../../src/persistence/stores/deliveries.store.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import { payloadOf, RelyingParty, request } from '../support/relying-party.js';
import { LogoutReceiver, type Received } from '../support/logout-receiver.js';

const bob = { username: 'bob', password: 'another battery staple' };
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** Lets the queue be worked off, a look that was under way already included. */
async function deliver(server: TestServer): Promise<void> {
  const logout = server.app.get(DeliveryQueue);
  await logout.deliverDue();
  await logout.deliverDue();
}

async function queued(server: TestServer, clientId: string): Promise<Delivery[]> {
  const page = await server.app.get(DeliveriesStore).list({ clientId }, { limit: 100 });
  return page.items;
}

async function verified(
  server: TestServer,
  received: Received | undefined,
  audience: string,
): Promise<Record<string, unknown>> {
  const { payload } = await jwtVerify(
    received?.body.get('logout_token') ?? '',
    createRemoteJWKSet(new URL('/jwks', server.issuer)),
    { issuer: server.issuer, audience, typ: 'logout+jwt', currentDate: new Date(server.clock.now() * 1000) },
  );
  return payload;
}

describe('back-channel logout', () => {
  let server: TestServer;
  let receiver: LogoutReceiver;
  let subject: string;

  beforeAll(async () => {
    receiver = await LogoutReceiver.start();
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: receiver.host });
    subject = await server.createUser(alice);
    await server.createUser(bob);
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

  it('D3 a sign-out sends the client a logout token with iss, aud, iat, exp, jti, events, sid and sub, and no nonce', async () => {
    const client = await relyingParty('/told?by=eyrie', { backchannel_logout_session_required: true });
    const { id_token: idToken } = await client.tokens({ nonce: 'of the request' });
    await signOutAt(client.browser);
    await deliver(server);

    const [received, ...more] = receiver.take();
    expect(more).toEqual([]);
    expect(received).toMatchObject({
      method: 'POST',
      path: '/told?by=eyrie',
      contentType: 'application/x-www-form-urlencoded',
    });
    expect([...(received?.body.keys() ?? [])]).toEqual(['logout_token']);
    const claims = await verified(server, received, client.clientId);
    const now = server.clock.now();
    expect(claims).toEqual({
      iss: server.issuer,
      aud: client.clientId,
      sub: subject,
      sid: payloadOf(idToken).sid,
      iat: expect.any(Number),
      exp: Number(claims.iat) + 120,
      jti: expect.stringMatching(/^[\w-]{20,}$/),
      events: { [logoutEvent]: {} },
    });
    expect(Math.abs(Number(claims.iat) - now)).toBeLessThan(10);
  });

  it('D3 the token is signed with the algorithm of the ID tokens of its client', async () => {
    const client = await relyingParty('/es256', { id_token_signed_response_alg: 'ES256' });
    await client.tokens();
    await signOutAt(client.browser);
    await deliver(server);
    const [received] = receiver.take();
    expect(decodeProtectedHeader(received?.body.get('logout_token') ?? '')).toMatchObject({
      alg: 'ES256',
      typ: 'logout+jwt',
    });
    await verified(server, received, client.clientId);
  });

  it('D3 a logout that one client asks for is told to every client of the session, and to no other', async () => {
    const browser = new TestBrowser(server.issuer);
    const first = await relyingParty('/1', {}, browser);
    const second = await relyingParty('/2', {}, browser);
    const without = await RelyingParty.register(server, {}, browser);
    const elsewhere = await relyingParty('/elsewhere');
    const { id_token: hint } = await first.tokens();
    await second.tokens();
    await without.tokens();
    await elsewhere.tokens();
    await relyingParty('/never-let-in', {}, browser);

    await browser.open(`/logout?id_token_hint=${hint}`);
    await deliver(server);
    const received = receiver.take();
    expect(received.map(({ path }) => path)).toEqual(['/1', '/2']);
    await verified(server, received[0], first.clientId);
    await verified(server, received[1], second.clientId);
    await expect(queued(server, without.clientId)).resolves.toEqual([]);
  });

  it('D3 a session that its user ends from another browser is told to the clients of that session', async () => {
    const client = await relyingParty('/phone');
    const { id_token: idToken } = await client.tokens();
    const { sid } = payloadOf(idToken);
    const desk = new TestBrowser(server.issuer);
    await signIn(desk, await desk.open('/login'), alice);
    const account = await desk.open('/account');
    const form = account.html.split('<form').find((part) => part.includes(`value="${String(sid)}"`)) ?? '';
    await desk.submit({ ...account, html: `<form${form}` }, { session_id: String(sid) });
    await deliver(server);
    const [received] = receiver.take();
    await expect(verified(server, received, client.clientId)).resolves.toMatchObject({ sid });
  });

  it('D3 a session that ends because another user signs in there is told', async () => {
    const client = await relyingParty('/switched');
    await client.tokens();
    await client.browser.open('/login');
    const page = await client.browser.open(
      `/authorize?response_type=code&client_id=${client.clientId}&redirect_uri=${client.redirectUri}&scope=openid&prompt=login&code_challenge=${'c'.repeat(43)}&code_challenge_method=S256`,
    );
    await signIn(client.browser, page, bob);
    await deliver(server);
    const [received] = receiver.take();
    await expect(verified(server, received, client.clientId)).resolves.toMatchObject({ sub: subject });
  });

  it('D3 a user who is disabled, or whose password is set, has every session ended and told', async () => {
    const carol = { ...alice, username: 'carol', password: 'carols own password' };
    const id = await server.createUser(carol);
    const accounts = server.app.get(UserAccounts);
    const clients = [await relyingParty('/carol-1'), await relyingParty('/carol-2')];
    for (const client of clients) await client.authorize({}, carol);
    await accounts.setPassword(id, 'carols next password', 'test');
    await deliver(server);
    expect(receiver.take().map(({ path }) => path)).toEqual(['/carol-1', '/carol-2']);

    const next = await relyingParty('/carol-3');
    await next.authorize({}, { ...carol, password: 'carols next password' });
    await accounts.update(id, { disabled: true }, 'test');
    await deliver(server);
    // The sessions that ended before are not told again.
    expect(receiver.take().map(({ path }) => path)).toEqual(['/carol-3']);
  });

  it('D3 a client is told long after the grant it had in the session is over and swept', async () => {
    const client = await relyingParty('/later', { grant_types: ['authorization_code'], scope: 'openid' });
    await client.tokens();
    server.clock.advance(3_600);
    await server.app.get(Sweeper).sweep(server.clock.now());
    await signOutAt(client.browser);
    await deliver(server);
    expect(receiver.take().map(({ path }) => path)).toEqual(['/later']);
  });

  it('D3 the end of a session ends the grants bound to it, and offline ones stay', async () => {
    const online = await relyingParty('/online', { scope: 'openid contacts.read' });
    const offline = await relyingParty('/offline', {}, online.browser);
    const bound = await online.tokens();
    const lasting = await offline.tokens();
    await signOutAt(online.browser);
    const { body } = await online.introspect(bound.access_token);
    expect(body).toEqual({ active: false });
    expect((await offline.refresh(lasting.refresh_token)).status).toBe(200);
  });

  it('D3 a client that does not answer with 200 is told again later and later, and then given up', async () => {
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

  it('D3 a client that was away is told as soon as it is back, once', async () => {
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

  it('D3 a client that was deleted meanwhile is given up', async () => {
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

  it('D3 an address that may not be fetched from is never fetched from, and tried no longer than others', async () => {
    const client = await relyingParty('/');
    await client.tokens();
    // Registered when it still was allowed.
    await server.app
      .get(Database)
      .write((tx) =>
        server.app
          .get(ClientsStore)
          .update(tx, client.clientId, { backchannelLogoutUri: 'https://127.0.0.1:1/private' }),
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
    // The other one died: its lease runs out.
    server.clock.advance(60);
    await deliver(server);
    expect(receiver.take().map(({ path }) => path)).toEqual(['/leased']);
  });

  it('D3 what was delivered or given up is swept after a week, and not before', async () => {
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

  it('D3 the metadata says that logout tokens are sent, with sid', async () => {
    const { body } = await request(server, '/.well-known/openid-configuration');
    expect(body).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });

  it.each([
    ['http', 'http://writer.example.com/logout'],
    ['a fragment', 'https://writer.example.com/logout#now'],
    ['user information', 'https://user@writer.example.com/logout'],
    ['no host', '/logout'],
  ])('D3 a back-channel logout URI with %s is not registered', async (_what, uri) => {
    await expect(relyingParty('/', { backchannel_logout_uri: uri })).rejects.toMatchObject({ status: 400 });
  });

  // The last one: passport keeps one strategy a process, that of the application which was made last.
  it('D3 what was queued before a restart is delivered after it', async () => {
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

  async function signOutAt(browser: TestBrowser): Promise<void> {
    const account = await browser.open('/account');
    const [form = ''] = /<form[^>]*action="\/account\/sign-out"[\s\S]*?<\/form>/.exec(account.html) ?? [];
    const done = await browser.submit({ ...account, html: form }, { _csrf: csrfOf(form) });
    expect(done.html).toContain('You are signed out');
  }
});

const csrfOf = (html: string): string => /name="_csrf" value="([^"]*)"/.exec(html)?.[1] ?? '';
