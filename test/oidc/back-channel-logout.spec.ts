import { decodeProtectedHeader } from 'jose';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { UserPasswords } from '../../src/users/user-passwords.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import { payloadOf, RelyingParty, request } from '../support/relying-party.js';
import { LogoutReceiver } from '../support/logout-receiver.js';
import { deliver, queued, signOutAt, verified } from '../support/logout-deliveries.js';

const bob = { username: 'bob', password: 'another battery staple' };
const crowd = [1, 2, 3].map((number) => ({ ...bob, username: `crowd-${number}` }));
const oneTooMany = { ...bob, username: 'crowd-4' };
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

describe('back-channel logout', () => {
  let server: TestServer;
  let receiver: LogoutReceiver;
  let subject: string;

  beforeAll(async () => {
    receiver = await LogoutReceiver.start();
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: receiver.host });
    subject = await server.createUser(alice);
    for (const user of [bob, ...crowd, oneTooMany]) await server.createUser(user);
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
    const client = await relyingParty('/logout?by=eyrie', { backchannel_logout_session_required: true });
    const { id_token: idToken } = await client.tokens({ nonce: 'of the request' });
    await signOutAt(client.browser);
    await deliver(server);

    const [received, ...more] = receiver.take();
    expect(more).toEqual([]);
    expect(received).toMatchObject({
      method: 'POST',
      path: '/logout?by=eyrie',
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

  it('D3 a logout that one client asks for is sent to every client of the session, and to no other', async () => {
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

  it('D3 the end of a session from another browser is sent to the clients of that session', async () => {
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

  it('D3 another user who signs in ends no session; its client is notified once there is no room for it any more', async () => {
    const client = await relyingParty('/switched');
    const { id_token: idToken } = await client.tokens();
    const signInAs = async (user: typeof bob): Promise<void> => {
      const form = await client.browser.submit(await client.browser.open('/account/switch'), {
        choice: 'other',
      });
      await signIn(client.browser, form, user);
      server.clock.advance(60);
    };
    server.clock.advance(60);
    for (const user of [bob, ...crowd]) await signInAs(user);
    await deliver(server);
    expect(receiver.take()).toEqual([]);

    await signInAs(oneTooMany);
    await deliver(server);
    const [received] = receiver.take();
    const { sid } = payloadOf(idToken);
    await expect(verified(server, received, client.clientId)).resolves.toMatchObject({ sub: subject, sid });
  });

  it('D3 the end of one account of a browser is sent to its clients, and not to those of the others', async () => {
    const client = await relyingParty('/first');
    const { id_token: idToken } = await client.tokens();
    const other = await relyingParty('/second', {}, client.browser);
    const form = await client.browser.submit(await client.browser.open('/account/switch'), {
      choice: 'other',
    });
    await signIn(client.browser, form, bob);
    await other.authorize({}, bob);

    await client.browser.open(`/logout?id_token_hint=${idToken}`);
    await deliver(server);
    const received = receiver.take();
    expect(received.map(({ path }) => path)).toEqual(['/first']);
    const { sid } = payloadOf(idToken);
    await expect(verified(server, received[0], client.clientId)).resolves.toMatchObject({
      sub: subject,
      sid,
    });
    expect((await other.respond({ prompt: 'none' })).has('code')).toBe(true);
  });

  it('D3 a user who is disabled, or whose password is set, has every session ended, and each end is sent', async () => {
    const carol = { ...alice, username: 'carol', password: 'carols own password' };
    const id = await server.createUser(carol);
    const accounts = server.app.get(UserAccounts);
    const clients = [await relyingParty('/carol-1'), await relyingParty('/carol-2')];
    for (const client of clients) await client.authorize({}, carol);
    await server.app.get(UserPasswords).set(id, 'carols next password', 'test');
    await deliver(server);
    expect(receiver.take().map(({ path }) => path)).toEqual(['/carol-1', '/carol-2']);

    const next = await relyingParty('/carol-3');
    await next.authorize({}, { ...carol, password: 'carols next password' });
    await accounts.update(id, { disabled: true }, 'test');
    await deliver(server);
    // The sessions that ended before are not sent again.
    expect(receiver.take().map(({ path }) => path)).toEqual(['/carol-3']);
  });

  it('D3 a client gets its logout token long after the grant it had in the session is over and swept', async () => {
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
});
