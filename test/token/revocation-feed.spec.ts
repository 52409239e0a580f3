import { decodeJwt } from 'jose';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { Database } from '../../src/persistence/database.js';
import { GrantsStore } from '../../src/persistence/stores/grants.store.js';
import { alice, contacts, startServer, useServer } from '../support/server.js';
import { basic, RelyingParty } from '../support/relying-party.js';

interface Told {
  cursor: string;
  grants: string[];
  tokens: string[];
  clients?: string[];
  retain_for: number;
}

describe('the revocation feed', () => {
  const server = useServer({}, { users: [alice] });
  let resource: RelyingParty;
  let client: RelyingParty;

  beforeAll(async () => {
    client = await RelyingParty.register(server);
    resource = await RelyingParty.register(server, { introspection_resources: [contacts.identifier] });
  });

  const ask = (query = '', authorization: string | undefined = basic(resource.clientId, resource.secret)) =>
    fetch(`${server.issuer}/revocations${query}`, {
      headers: authorization === undefined ? {} : { authorization },
    });
  const follow = async (after?: string, wait = 0): Promise<Told> => {
    const answer = await ask(after === undefined ? '' : `?after=${after}&wait=${wait}`);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Told;
  };
  const claimsOf = (token: string) => decodeJwt<{ grant_id: string; jti: string }>(token);
  const enable = (disabled: boolean) =>
    server.app.get(ClientRegistration).setDisabled(client.clientId, disabled, 'test');

  it('tells a follower that comes anew all that still matters, in ids and nothing else', async () => {
    const { access_token: alone } = (await client.tokens()) as { access_token: string };
    const { access_token, refresh_token } = await client.tokens();
    await client.revoke(alone);
    await client.revoke(refresh_token);
    const answer = await ask();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      cursor: expect.stringMatching(/^[\w.-]+$/),
      grants: [claimsOf(access_token).grant_id],
      tokens: [claimsOf(alone).jti],
      clients: [],
      retain_for: 3_610,
    });
  });

  it('has nothing to tell a follower that knows all, and tells a revocation once', async () => {
    const { cursor } = await follow();
    const quiet = await follow(cursor);
    expect(quiet).toEqual({ cursor: expect.any(String), grants: [], tokens: [], retain_for: 3_610 });
    const { access_token, refresh_token } = await client.tokens();
    await client.revoke(refresh_token);
    const told = await follow(quiet.cursor);
    expect(told.grants).toContain(claimsOf(access_token).grant_id);
    expect((await follow(told.cursor)).grants).toEqual([]);
    expect((await follow(quiet.cursor)).grants).toContain(claimsOf(access_token).grant_id);
  });

  it('tells a revocation whose time lies before the cursor, since its replica was slow or its clock behind', async () => {
    const { cursor } = await follow();
    const { access_token } = await client.tokens();
    const { grant_id: id } = claimsOf(access_token);
    const earlier = server.clock.now() - 5;
    await server.app
      .get(Database)
      .write((tx) => server.app.get(GrantsStore).revoke(tx, id, 'withdrawn', earlier));
    expect((await follow(cursor)).grants).toContain(id);
  });

  it('tells which clients are disabled, whenever that changes', async () => {
    const { cursor } = await follow();
    await enable(true);
    const told = await follow(cursor);
    expect(told.clients).toEqual([client.clientId]);
    expect(await follow(told.cursor)).not.toHaveProperty('clients');
    await enable(false);
    expect((await follow(told.cursor)).clients).toEqual([]);
  });

  it('answers a follower that waits as soon as there is news', async () => {
    const { cursor } = await follow();
    const { access_token, refresh_token } = await client.tokens();
    const waiting = follow(cursor, 25);
    await client.revoke(refresh_token);
    expect((await waiting).grants).toContain(claimsOf(access_token).grant_id);
  });

  it('forgets what no living token can rest on', async () => {
    const { refresh_token } = await client.tokens();
    await client.revoke(refresh_token);
    const { cursor } = await follow();
    server.clock.advance(3_611);
    expect(await follow()).toMatchObject({ grants: [], tokens: [], clients: [] });
    expect(await follow(cursor)).toMatchObject({ grants: [], tokens: [] });
  });

  it.each([
    ['nobody', undefined, 401, 'invalid_client'],
    ['a wrong secret', () => basic(resource.clientId, 'wrong'), 401, 'invalid_client'],
    [
      'a client that serves no resource',
      () => basic(client.clientId, client.secret),
      403,
      'unauthorized_client',
    ],
  ])('%s is refused', async (_who, authorization, status, error) => {
    const answer = await fetch(`${server.issuer}/revocations`, {
      headers: authorization ? { authorization: authorization() } : {},
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error });
  });

  it.each([
    '?after=x',
    '?after=1.a.b',
    '?after=99999999999999.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA',
    '?after=%00',
    '?wait=-1',
    '?wait=1.5',
    '?wait=x',
    '?wait=0&wait=0',
  ])('%s is 400', async (query) => {
    const answer = await ask(query);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  it('a cursor from the future is answered with all', async () => {
    expect((await follow('999999999999.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA')).clients).toEqual([]);
  });

  it('POST is 405', async () => {
    const answer = await fetch(`${server.issuer}/revocations`, { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, expect.stringContaining('GET')]);
  });

  it('stands in the metadata', async () => {
    const metadata = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({ eyrie_revocation_feed_endpoint: `${server.issuer}/revocations` });
  });

  it('a service that stops lets nobody wait', async () => {
    const stopping = await startServer();
    const follower = await RelyingParty.register(stopping, {
      introspection_resources: [contacts.identifier],
    });
    const headers = { authorization: basic(follower.clientId, follower.secret) };
    const url = `${stopping.issuer}/revocations`;
    const { cursor } = (await (await fetch(url, { headers })).json()) as Told;
    const waiting = fetch(`${url}?after=${cursor}&wait=25`, { headers });
    // Answered after the other request on the same server, so it has arrived.
    await fetch(url, { headers });
    await stopping.stop();
    expect((await waiting).status).toBe(200);
  });
});
