import { decodeJwt } from 'jose';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { begin, enter, poll, registerDevice } from '../support/device.js';
import { RelyingParty } from '../support/relying-party.js';
import { codeOf, secretOn, setUpApp } from '../support/second-factor.js';
import { startServer, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

const mfa = 'https://refeds.org/profile/mfa';
const verifier = 'v'.repeat(43);
const asksForCode = (page: Shown): boolean => page.html.includes('name="code"');
const asksForSetUp = (page: Shown): boolean => page.html.includes('action="/login/set-up"');

describe('A group that requires a second factor', () => {
  const server = useServer({ EYRIE_SECOND_FACTOR: 'on-request' });
  let admin: AdminCaller;
  let count = 0;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  const group = async (fields: object = {}): Promise<string> =>
    (await admin.post('/groups', { name: `group-${++count}`, ...fields })).body.id as string;
  async function newUser() {
    const user = { username: `member-${++count}`, password: 'correct horse battery' };
    return { ...user, id: await server.createUser(user) };
  }
  /** Somebody who was signed in with the password alone before they became a member, and who has an authenticator app. */
  async function member() {
    const user = await newUser();
    const app = await setUpApp(server, await signedInBrowser(server, user));
    const browser = await signedInBrowser(server, user);
    const below = await group({ parent_id: await group({ require_second_factor: true }) });
    await admin.put(`/groups/${below}/members/${user.id}`);
    return { user, app, browser, below };
  }

  it('has its members prove it, those of the groups below it too, in sessions from before', async () => {
    const { app, browser, below, user } = await member();
    const client = await RelyingParty.register(server, {}, browser);
    const page = await browser.open(client.authorizeUrl(verifier));
    expect(asksForCode(page)).toBe(true);
    const consent = await browser.submit(page, { code: await codeOf(server, app) });
    const after = await browser.submit(consent, { decision: 'allow' });
    const code = new URL(after.url).searchParams.get('code') ?? '';
    expect(decodeJwt((await client.redeem({ code, verifier })).body.id_token)).toMatchObject({ acr: mfa });

    await admin.delete(`/groups/${below}/members/${user.id}`);
    const fresh = await signedInBrowser(server, user);
    expect(asksForCode(await fresh.open(client.authorizeUrl(verifier)))).toBe(false);
  });

  it('is changed, and left by its members, by administrators alone', async () => {
    const { below, user } = await member();
    const manager = await AdminCaller.register(server, 'eyrie.groups');
    const plain = await group();

    expect((await manager.patch(`/groups/${below}`, { description: 'x' })).status).toBe(403);
    expect((await manager.patch(`/groups/${plain}`, { require_second_factor: false })).status).toBe(403);
    expect((await manager.delete(`/groups/${below}/members/${user.id}`)).status).toBe(403);
    expect((await manager.delete(`/groups/${below}`)).status).toBe(403);
    expect((await manager.patch(`/groups/${plain}`, { description: 'x' })).status).toBe(200);
    expect((await admin.patch(`/groups/${below}`, { description: 'x' })).status).toBe(200);
  });

  it('has one set up by members who have none', async () => {
    const user = await newUser();
    await admin.put(`/groups/${await group({ require_second_factor: true })}/members/${user.id}`);
    const browser = new TestBrowser(server.issuer);
    const first = await signIn(browser, await browser.open('/login'), user);
    expect(asksForSetUp(first)).toBe(true);
    expect(browser.cookies.has('eyrie_session')).toBe(false);
    const setUp = await browser.submit(first, { factor: 'one-time-code' });
    const codes = await browser.submit(setUp, { code: await codeOf(server, { secret: secretOn(setUp) }) });
    expect(codes.status).toBe(200);
  });

  it('asks nothing more of others', async () => {
    await group({ require_second_factor: true });
    const user = await newUser();
    await admin.put(`/groups/${await group()}/members/${user.id}`);
    const client = await RelyingParty.register(server, {}, await signedInBrowser(server, user));
    expect(shows.consent(await client.browser.open(client.authorizeUrl(verifier)))).toBe(true);
  });

  it('holds for devices too', async () => {
    const { browser, app } = await member();
    const device = await registerDevice(server, {});
    const codes = await begin(device, 'openid');
    const page = await enter(browser, codes.user_code);
    expect(asksForCode(page)).toBe(true);
    const question = await browser.submit(page, { code: await codeOf(server, app) });
    await browser.submit(question, { decision: 'allow' });
    expect(decodeJwt((await poll(device, codes)).body.id_token)).toMatchObject({ acr: mfa });
  });

  it('is changed like the rest of it, with its event', async () => {
    const id = await group();
    expect((await admin.get(`/groups/${id}`)).body).toMatchObject({ require_second_factor: false });
    await admin.patch(`/groups/${id}`, { require_second_factor: true });
    expect((await admin.get(`/groups/${id}`)).body).toMatchObject({ require_second_factor: true });
    const [updated] = itemsOf(await admin.get('/audit-events?event=group.updated&limit=200')).filter(
      ({ detail }) => (detail as { group: string }).group === id,
    );
    expect(updated?.['detail']).toMatchObject({
      changes: { require_second_factor: { from: false, to: true } },
    });
  });
});

describe('A group that requires a second factor where none can be set up', () => {
  it('is refused', async () => {
    const server = await startServer({ EYRIE_SECOND_FACTORS: 'recovery-code' });
    try {
      const admin = await AdminCaller.register(server);
      const body = { name: 'strict', require_second_factor: true };
      expectRefusedField(await admin.post('/groups', body), 'require_second_factor');
    } finally {
      await server.stop();
    }
  });
});
