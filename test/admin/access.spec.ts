import { UserAccounts } from '../../src/users/user-accounts.js';
import { responseOf, signIn, TestBrowser } from '../support/browser.js';
import { alice, useServer } from '../support/server.js';
import { encode, RelyingParty } from '../support/relying-party.js';
import { AdminCaller } from '../support/admin-caller.js';

const root = { username: 'root', password: 'the keys of the house', administrator: true };
const consoleClient = {
  client_name: 'Console',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code'],
  scope: 'openid eyrie.admin eyrie.admin.read',
};

describe('Who may call the admin API', () => {
  const server = useServer();
  let writer: AdminCaller;
  let reader: AdminCaller;
  let rootId: string;

  beforeAll(async () => {
    rootId = await server.createUser(root);
    await server.createUser(alice);
    writer = await AdminCaller.register(server, 'eyrie.admin');
    reader = await AdminCaller.register(server, 'eyrie.admin.read');
  });

  it('without a token the challenge names neither an error nor a scope', async () => {
    const answer = await writer.withToken('').get('/clients');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="eyrie", DPoP realm="eyrie", algs="ES256 RS256 PS256 EdDSA Ed25519"',
    );
  });

  it('a token that is none is refused as invalid', async () => {
    const answer = await writer.withToken('forged').get('/clients');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('a token in the query is refused, though it is good', async () => {
    const answer = await writer.withToken('').get(`/clients?access_token=${writer.token}`);
    expect(answer.status).toBe(400);
  });

  it('a token with other scopes is refused with the scope that is missing', async () => {
    const party = await RelyingParty.register(server, consoleClient);
    const { body } = await party.redeem(await party.authorize({ scope: 'openid' }, root));
    const answer = await writer.withToken(body.access_token).get('/clients');

    expect(answer.status).toBe(403);
    expect(answer.body.error).toBe('insufficient_scope');
    expect(answer.headers.get('www-authenticate')).toMatch(
      /error="insufficient_scope".*scope="eyrie\.clients\.read"/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('a token for another resource is refused', async () => {
    const stranger = await AdminCaller.register(server, 'contacts.read');
    expect((await stranger.get('/clients')).status).toBe(403);
  });

  it('the reading scope reads, and changes nothing', async () => {
    expect((await reader.get('/clients')).status).toBe(200);

    const refused = await reader.post('/users', { username: 'eve', password: 'long enough' });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('scope="eyrie.users"');
    expect((await reader.get('/users?username=eve')).body.items).toEqual([]);
  });

  it('the whole scope reads as well', async () => {
    expect((await writer.get('/clients')).status).toBe(200);
  });

  it('answers are stored nowhere', async () => {
    expect((await reader.get('/clients')).headers.get('cache-control')).toBe('no-store');
  });

  it('an administrator gets the scope, and what they do is told under their name', async () => {
    const party = await RelyingParty.register(server, consoleClient);
    const { code, verifier } = await party.authorize({ scope: 'eyrie.admin' }, root);
    const { body } = await party.redeem({ code, verifier });
    const caller = writer.withToken(body.access_token);

    expect((await caller.post('/users', { username: 'bob', password: 'long enough' })).status).toBe(201);
    const { body: trail } = await caller.get('/audit-events?event=user.created&limit=1');
    expect(trail.items).toEqual([expect.objectContaining({ actor: `user:${rootId}` })]);
  });

  it('somebody else is refused the admin scopes at the authorization endpoint', async () => {
    const party = await RelyingParty.register(server, consoleClient);
    const query = encode({
      response_type: 'code',
      client_id: party.clientId,
      redirect_uri: party.redirectUri,
      scope: 'openid eyrie.admin.read',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    const browser = new TestBrowser(server.issuer);
    const left = await signIn(browser, await browser.open(`/authorize?${query}`), alice);
    expect(responseOf(left).get('error')).toBe('access_denied');
  });

  it('who is no administrator any more is refused at once, token or not', async () => {
    const id = await server.createUser({ ...root, username: 'deputy' });
    const party = await RelyingParty.register(server, consoleClient);
    const authorized = await party.authorize({ scope: 'eyrie.admin' }, { ...root, username: 'deputy' });
    const { body } = await party.redeem(authorized);
    const deputy = writer.withToken(body.access_token);
    expect((await deputy.get('/clients')).status).toBe(200);

    await server.app.get(UserAccounts).update(id, { administrator: false }, 'test');

    const refused = await deputy.get('/clients');
    expect(refused.status).toBe(403);
    expect(refused.body.error).toBe('insufficient_scope');
  });

  it.each(['/clients', '/users'])('a body nested too deeply for %s is refused', async (path) => {
    const deep = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown;
    for (const body of [deep, { name: deep }]) {
      expect(await writer.post(path, body)).toMatchObject({
        status: 400,
        body: { message: 'the body is nested too deeply' },
      });
    }
  });
});
