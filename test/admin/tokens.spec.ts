import { alice, messageWriter, useServer } from '../support/server.js';
import { type Answer, RelyingParty } from '../support/relying-party.js';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';

describe('The admin API for tokens', () => {
  const server = useServer();
  let admin: AdminCaller;
  let aliceId: string;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    aliceId = await server.createUser(alice);
  });

  async function letIn(format = 'opaque'): Promise<{ party: RelyingParty; tokens: Answer['body'] }> {
    const party = await RelyingParty.register(server, {
      scope: messageWriter.scope,
      access_token_format: format,
    });
    return { party, tokens: await party.tokens() };
  }

  it('opaque tokens are listed by user and by client, page by page, and never shown', async () => {
    const { party, tokens } = await letIn();
    await party.refresh(tokens.refresh_token);

    const list = await admin.get(`/tokens?client_id=${party.clientId}`);
    const [first, second] = itemsOf(list);
    expect(first).toEqual({
      id: expect.any(String),
      grant_id: second!.grant_id,
      client_id: party.clientId,
      user_id: aliceId,
      scope: messageWriter.scope,
      audience: expect.arrayContaining(['https://contacts.example.com']),
      issued_at: expect.any(Number),
      expires_at: expect.any(Number),
    });
    expect(list.text).not.toContain(tokens.access_token);

    const byUser = await admin.everyItem(`/tokens?user_id=${aliceId}`, 1);
    expect(byUser).toEqual(expect.arrayContaining([first, second]));
    expect(itemsOf(await admin.get('/tokens?user_id=nobody'))).toEqual([]);
  });

  it('JWTs are not kept, and so not listed', async () => {
    const { party } = await letIn('jwt');
    expect(itemsOf(await admin.get(`/tokens?client_id=${party.clientId}`))).toEqual([]);
  });

  it('revoking one kills it at once, while its grant lives on', async () => {
    const { party, tokens } = await letIn();
    const [{ id } = {}] = itemsOf(await admin.get(`/tokens?client_id=${party.clientId}`));

    const answer = await admin.delete(`/tokens/${id as string}`);
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
    expect((await party.userinfo(tokens.access_token)).status).toBe(401);
    expect(await auditOf(party)).toEqual([
      expect.objectContaining({ user_id: aliceId, client_id: party.clientId, grant_id: expect.any(String) }),
    ]);
    expect(itemsOf(await admin.get(`/tokens?client_id=${party.clientId}`))).toEqual([]);
    expect((await party.refresh(tokens.refresh_token)).status).toBe(200);
    expect((await admin.delete(`/tokens/${id as string}`)).status).toBe(404);
    expect((await admin.delete('/tokens/none')).status).toBe(404);
  });

  it('one that its client revokes is in the audit trail of its user too', async () => {
    for (const format of ['jwt', 'opaque'] as const) {
      const { party, tokens } = await letIn(format);
      await party.revoke(tokens.access_token);
      expect(await auditOf(party)).toEqual([expect.objectContaining({ user_id: aliceId })]);
    }
  });

  const auditOf = async (party: RelyingParty): Promise<unknown[]> =>
    itemsOf(await admin.get(`/audit-events?event=access_token.revoked&client_id=${party.clientId}`));

  it('a token that expired is listed no more', async () => {
    const { party } = await letIn();
    server.clock.advance(601);
    admin = await AdminCaller.register(server);
    expect(itemsOf(await admin.get(`/tokens?client_id=${party.clientId}`))).toEqual([]);
  });

  it('a wrong field is refused by name', async () => {
    expectRefusedField(await admin.get('/tokens?limit=0'), 'limit');
    expectRefusedField(await admin.get('/tokens?token=x'), 'token');
    expectRefusedField(await admin.get(`/tokens?user_id=${'x'.repeat(37)}`), 'user_id');
  });
});
