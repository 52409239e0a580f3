import { signIn, TestBrowser } from '../support/browser.js';
import { alice, useServer } from '../support/server.js';
import { type Answer, encode, RelyingParty } from '../support/relying-party.js';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';

const bob = { username: 'bob', password: 'correct horse battery' };

describe('The admin API for grants', () => {
  const server = useServer();
  let admin: AdminCaller;
  let aliceId: string;
  let bobId: string;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    aliceId = await server.createUser(alice);
    bobId = await server.createUser(bob);
  });

  /** A client that a user has let in. */
  async function letIn(
    user: { username: string; password: string } = alice,
  ): Promise<{ party: RelyingParty; tokens: Answer['body'] }> {
    const party = await RelyingParty.register(server);
    return { party, tokens: (await party.redeem(await party.authorize({}, user))).body };
  }

  async function expectDead(party: RelyingParty, tokens: Answer['body']): Promise<void> {
    expect((await party.userinfo(tokens.access_token)).status).toBe(401);
    expect((await party.introspect(tokens.access_token)).body).toEqual({ active: false });
    expect((await party.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
  }

  const grantOf = async ({ clientId }: RelyingParty): Promise<string> =>
    itemsOf(await admin.get(`/grants?client_id=${clientId}`))[0]!.id as string;

  it('grants are listed by user, by client and by both, page by page', async () => {
    const [first, second] = [await letIn(), await letIn()];
    const other = await letIn(bob);

    const byUser = await admin.everyItem(`/grants?user_id=${aliceId}`, 1);
    expect(byUser.map(({ client_id }) => client_id)).toEqual(
      expect.arrayContaining([first.party.clientId, second.party.clientId]),
    );
    expect(new Set(byUser.map(({ user_id }) => user_id))).toEqual(new Set([aliceId]));

    const byClient = itemsOf(await admin.get(`/grants?client_id=${other.party.clientId}`));
    expect(byClient).toEqual([
      expect.objectContaining({
        client_id: other.party.clientId,
        user_id: bobId,
        grant_type: 'authorization_code',
        scope: 'openid profile email offline_access contacts.read',
        offline: true,
        revoked_at: null,
      }),
    ]);
    const both = `/grants?user_id=${aliceId}&client_id=${other.party.clientId}`;
    expect(itemsOf(await admin.get(both))).toEqual([]);
  });

  it('a grant is read by its id', async () => {
    const { party } = await letIn();
    const id = await grantOf(party);
    expect((await admin.get(`/grants/${id}`)).body).toMatchObject({ id, client_id: party.clientId });
    expect((await admin.get('/grants/none')).status).toBe(404);
  });

  it('revoking one kills its tokens at once and no others, and it is listed only with include_inactive', async () => {
    const [revoked, kept] = [await letIn(), await letIn()];
    const id = await grantOf(revoked.party);

    const answer = await admin.delete(`/grants/${id}`);
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
    await expectDead(revoked.party, revoked.tokens);
    expect((await kept.party.userinfo(kept.tokens.access_token)).status).toBe(200);

    const list = `/grants?client_id=${revoked.party.clientId}`;
    expect(itemsOf(await admin.get(list))).toEqual([]);
    expect(itemsOf(await admin.get(`${list}&include_inactive=false`))).toEqual([]);
    expect(itemsOf(await admin.get(`${list}&include_inactive=true`))).toEqual([
      expect.objectContaining({
        id,
        revoked_at: expect.any(Number),
        revoked_reason: 'revoked_by_administrator',
      }),
    ]);
    expect((await admin.delete(`/grants/${id}`)).status).toBe(204);
    expect((await admin.delete('/grants/none')).status).toBe(404);
  });

  it('include_dead, the former name of include_inactive, means the same and is not documented', async () => {
    const { party } = await letIn();
    const id = await grantOf(party);
    await admin.delete(`/grants/${id}`);

    const list = `/grants?client_id=${party.clientId}`;
    expect(itemsOf(await admin.get(`${list}&include_dead=false`))).toEqual([]);
    expect(itemsOf(await admin.get(`${list}&include_dead=true`))).toEqual([expect.objectContaining({ id })]);
    const document = await (await fetch(`${server.issuer}/docs-json`)).text();
    expect({
      inactive: document.includes('include_inactive'),
      dead: document.includes('include_dead'),
    }).toEqual({ inactive: true, dead: false });
  });

  it('revoking those of a user to a client leaves the rest alone', async () => {
    const [revoked, kept] = [await letIn(), await letIn()];
    const answer = await admin.delete(`/grants?user_id=${aliceId}&client_id=${revoked.party.clientId}`);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: { revoked: 1 } });
    await expectDead(revoked.party, revoked.tokens);
    expect((await kept.party.userinfo(kept.tokens.access_token)).status).toBe(200);
  });

  it('revoking all to a client kills the tokens about every user', async () => {
    const { party, tokens } = await letIn();
    const second = await party.redeem(await party.authorize());
    expect((await admin.delete(`/grants?client_id=${party.clientId}`)).body).toEqual({ revoked: 2 });
    await expectDead(party, tokens);
    await expectDead(party, second.body);
  });

  it('revoking all of a user kills the tokens at every client, and the user is asked for consent again', async () => {
    const [first, second] = [await letIn(bob), await letIn(bob)];
    const { revoked } = (await admin.delete(`/grants?user_id=${bobId}`)).body as unknown as {
      revoked: number;
    };
    expect(revoked).toBeGreaterThanOrEqual(2);
    await expectDead(first.party, first.tokens);
    await expectDead(second.party, second.tokens);

    const query = encode({
      response_type: 'code',
      client_id: first.party.clientId,
      redirect_uri: first.party.redirectUri,
      scope: 'openid',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    const browser = new TestBrowser(server.issuer);
    const page = await signIn(browser, await browser.open(`/authorize?${query}`), bob);
    expect(page.html).toContain('id="allow"');
  });

  it("a client's own tokens die with its grant, and the next token begins a new one", async () => {
    const service = await AdminCaller.register(server, 'eyrie.admin.read');
    expect((await service.get('/users')).status).toBe(200);
    expect((await admin.delete(`/grants?client_id=${service.clientId}`)).body).toEqual({ revoked: 1 });
    expect((await service.get('/users')).status).toBe(401);
  });

  it('revoking without saying whose is refused, and kills nothing', async () => {
    expectRefusedField(await admin.delete('/grants'), 'user_id');
    expect((await admin.get('/clients')).status).toBe(200);
  });

  it.each([
    ['user_id', 'user_id='],
    ['client_id', `client_id=${'x'.repeat(256)}`],
    ['client_id', 'client_id=a&client_id=b'],
    ['include_inactive', 'include_inactive=maybe'],
    ['include_dead', 'include_dead=maybe'],
    ['limit', 'limit=0'],
    ['session_id', 'session_id=1'],
  ])('a wrong %s is refused by name (%s)', async (field, query) => {
    expectRefusedField(await admin.get(`/grants?${query}`), field);
  });
});
