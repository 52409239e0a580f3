import { alice, useServer } from '../support/server.js';
import { type Answer, expectRefusal, payloadOf, RelyingParty } from '../support/relying-party.js';

describe('B7 scope at refresh', () => {
  const server = useServer();
  let client: RelyingParty;
  const full = 'openid profile email offline_access contacts.read';

  beforeAll(async () => {
    await server.createUser(alice);
    client = await RelyingParty.register(server);
  });

  const scopeOf = (answer: Answer): unknown => payloadOf(answer.body.access_token).scope;

  it('a refresh may ask for less scope, which the answer names, and the grant keeps its scope for the next refresh', async () => {
    const first = await client.tokens();
    const small = await client.refresh(first.refresh_token, { scope: 'contacts.read' });
    expect(small.body.scope).toBe('contacts.read');
    expect(scopeOf(small)).toBe('contacts.read');
    expect(small.body).not.toHaveProperty('id_token');
    const again = await client.refresh(small.body.refresh_token);
    expect(again.body.scope).toBe(full);
    expect(scopeOf(again)).toBe(full);
    const wide = await client.refresh(again.body.refresh_token, { scope: full });
    expect(wide.status).toBe(200);
  });

  it.each(['contacts.write', `${full} contacts.write`, 'eyrie.admin', 'OPENID'])(
    'a refresh with more scope (%s) is invalid_scope, and the refresh token stays good',
    async (scope) => {
      const first = await client.tokens();
      expectRefusal(await client.refresh(first.refresh_token, { scope }), 400, 'invalid_scope');
      const answer = await client.refresh(first.refresh_token);
      expect(answer.status).toBe(200);
    },
  );

  it('a refresh with more scope within the grace window is invalid_scope too', async () => {
    const first = await client.tokens({ scope: 'openid offline_access' });
    await client.refresh(first.refresh_token);
    const answer = await client.refresh(first.refresh_token, { scope: 'openid contacts.read' });
    expectRefusal(answer, 400, 'invalid_scope');
  });

  it('a refresh with an empty scope asks for all that was granted', async () => {
    const first = await client.tokens();
    expect((await client.refresh(first.refresh_token, { scope: '' })).body.scope).toBe(full);
  });
});
