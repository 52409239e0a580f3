import { TokenEvents } from '../../src/audit/token-events.js';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, contacts, useServer } from '../support/server.js';

interface Item {
  readonly at: number;
  readonly event: string;
  readonly actor: string | null;
  readonly detail: Record<string, unknown> | null;
}

describe('The timeline of a grant', () => {
  const server = useServer();
  let admin: AdminCaller;
  let aliceId: string;

  const grantOf = async (party: RelyingParty): Promise<string> =>
    itemsOf(await admin.get(`/grants?client_id=${party.clientId}&include_inactive=true`))[0]!['id'] as string;
  const timelineOf = async (id: string): Promise<Item[]> =>
    (await admin.get(`/grants/${id}/timeline`)).body['items'] as Item[];
  const named = (items: readonly Item[], event: string): Item[] =>
    items.filter((item) => item.event === event);

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    aliceId = await server.createUser(alice);
    await admin.put('/resources', contacts);
  });

  it('goes from the consent, with the words as shown, over code and refresh to the revocation', async () => {
    const party = await RelyingParty.register(server, { access_token_format: 'opaque' });
    const first = await party.tokens({ scope: 'openid offline_access contacts.read' });
    await party.refresh(first.refresh_token);
    const id = await grantOf(party);
    await admin.delete(`/grants/${id}`);
    const items = await timelineOf(id);

    expect(items.slice(0, 3)).toEqual([
      expect.objectContaining({ event: 'grant.created', actor: `user:${aliceId}` }),
      expect.objectContaining({
        event: 'consent.given',
        actor: `user:${aliceId}`,
        detail: {
          scope: 'openid offline_access contacts.read',
          language: 'en',
          words: expect.objectContaining({ 'contacts.read': 'Read your contacts' }),
        },
      }),
      expect.objectContaining({ event: 'authorization_code.redeemed' }),
    ]);
    expect(named(items, 'refresh_token.issued')).toHaveLength(2);
    expect(named(items, 'refresh_token.rotated')).toHaveLength(1);
    expect(named(items, 'access_token.issued')).toHaveLength(2);
    expect(items.at(-1)).toMatchObject({ event: 'grant.revoked', actor: `client:${admin.clientId}` });
    expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it('keeps the words of the page in the language in which it was read', async () => {
    const party = await RelyingParty.register(server);
    await party.tokens({ scope: 'openid email', ui_locales: 'de' });
    const [consent] = named(await timelineOf(await grantOf(party)), 'consent.given');

    expect(consent?.detail).toMatchObject({
      language: 'de',
      words: { email: expect.stringMatching(/E-Mail/) },
    });
  });

  it('tells of a replayed code, and who withdrew what', async () => {
    const party = await RelyingParty.register(server);
    const authorized = await party.authorize();
    await party.redeem(authorized);
    await party.redeem(authorized);
    const items = await timelineOf(await grantOf(party));

    expect(items.at(-1)).toMatchObject({ event: 'code.replayed', actor: `client:${party.clientId}` });
    expect(named(items, 'grant.revoked')).toEqual([]);
  });

  it('says why a grant ended that no event names: its client is gone', async () => {
    const party = await RelyingParty.register(server);
    await party.tokens();
    const id = await grantOf(party);
    await admin.delete(`/clients/${party.clientId}`);

    expect((await timelineOf(id)).at(-1)).toMatchObject({
      event: 'grant.revoked',
      actor: `client:${admin.clientId}`,
      detail: { reason: 'client_deleted' },
    });
  });

  it.each([
    ['user_disabled', (id: string) => admin.post(`/users/${id}/disable`)],
    [
      'password_changed',
      (id: string) => admin.put(`/users/${id}/password`, { password: 'quiet violet umbrella' }),
    ],
    ['revoked_by_administrator', (id: string) => admin.delete(`/grants?user_id=${id}`)],
    ['user_deleted', (id: string) => admin.delete(`/users/${id}`)],
  ])('names who ended it along with others: %s', async (reason, end) => {
    const person = { ...alice, username: reason, email: `${reason}@example.com` };
    const userId = await server.createUser(person);
    const party = await RelyingParty.register(server);
    await party.redeem(await party.authorize({}, person));
    const id = await grantOf(party);
    expect((await end(userId)).status).toBeLessThan(300);

    expect((await timelineOf(id)).at(-1)).toMatchObject({
      event: 'grant.revoked',
      actor: `client:${admin.clientId}`,
      detail: { reason },
    });
  });

  it('of a client that acts for itself has no consent', async () => {
    const [grant] = itemsOf(await admin.get(`/grants?client_id=${admin.clientId}`));
    const items = await timelineOf(grant!['id'] as string);

    expect(items).toEqual([
      expect.objectContaining({ event: 'grant.created', actor: `client:${admin.clientId}` }),
    ]);
  });

  it('holds no code, token or secret', async () => {
    const party = await RelyingParty.register(server, { access_token_format: 'opaque' });
    const tokens = await party.tokens({ scope: 'openid offline_access' });
    const { text } = await admin.get(`/grants/${await grantOf(party)}/timeline`);

    expect(text).not.toContain(tokens.access_token);
    expect(text).not.toContain(tokens.refresh_token);
  });

  it('shows the latest two hundred of a kind, and says that there is more', async () => {
    const party = await RelyingParty.register(server, { access_token_format: 'opaque' });
    let { refresh_token: token } = await party.tokens({ scope: 'openid offline_access' });
    for (let i = 0; i < 205; i++) token = (await party.refresh(token)).body.refresh_token;
    const { body } = await admin.get(`/grants/${await grantOf(party)}/timeline`);

    expect(body['truncated']).toBe(true);
    expect((body['items'] as Item[]).length).toBeLessThan(900);
  });

  it('is not found for no grant, and needs the right to read grants', async () => {
    expect((await admin.get('/grants/none/timeline')).status).toBe(404);
    const other = await AdminCaller.register(server, 'eyrie.users');
    expect((await other.get('/grants/none/timeline')).status).toBe(403);
  });
});

describe('With EYRIE_AUDIT_TOKENS=all, the timeline of a grant', () => {
  const server = useServer({ EYRIE_AUDIT_TOKENS: 'all' }, { users: [alice] });

  it('shows once that an opaque token was issued, and once that it was revoked', async () => {
    const admin = await AdminCaller.register(server);
    const party = await RelyingParty.register(server, { access_token_format: 'opaque' });
    const { access_token } = await party.tokens({ scope: 'openid' });
    await party.revoke(access_token);
    await server.app.get(TokenEvents).flush();
    const [grant] = itemsOf(await admin.get(`/grants?client_id=${party.clientId}&include_inactive=true`));
    const { body } = await admin.get(`/grants/${grant?.['id'] as string}/timeline`);
    const events = (body['items'] as Item[]).map(({ event }) => event);
    expect(events.filter((event) => /token\.(issued|revoked)$/.test(event)).toSorted()).toEqual([
      'access_token.revoked',
      'token.issued',
    ]);
  });
});
