import { AdminCaller, itemsOf } from '../../support/admin-caller.js';
import { allow, responseOf, TestBrowser } from '../../support/browser.js';
import { changesOfRows, everyRow } from '../../support/database-rows.js';
import { callback, DescribedClientHost } from '../../support/described-client.js';
import { post, RelyingParty } from '../../support/relying-party.js';
import { shows, signedInBrowser, walk } from '../../support/walk.js';

describe('F6 a client that its own document describes', () => {
  let world: DescribedClientHost;
  let admin: AdminCaller;

  beforeAll(async () => {
    world = await DescribedClientHost.start();
  });
  // An access token of before has expired when a test has moved the clock.
  beforeEach(async () => {
    admin = await AdminCaller.register(world.server);
  });
  afterAll(() => world.stop());

  it('gets tokens with nothing registered, which are refreshed, introspected, revoked and listed', async () => {
    const { party, clientId } = world.publish();
    const resourceServer = await RelyingParty.register(world.server, {
      introspection_resources: ['https://contacts.example.com'],
    });
    const tokens = await party.tokens();
    const introspected = await resourceServer.introspect(tokens.access_token);
    expect(introspected.body).toMatchObject({ active: true, client_id: clientId });
    const refreshed = await party.refresh(tokens.refresh_token);
    expect(refreshed.status).toBe(200);
    const account = await party.browser.open('/account');
    expect(account.html).toContain('Agent');
    const grants = itemsOf(await admin.get(`/grants?client_id=${encodeURIComponent(clientId)}`));
    expect(grants).toHaveLength(1);
    expect((await party.revoke(refreshed.body.refresh_token)).status).toBe(200);
    expect((await resourceServer.introspect(refreshed.body.access_token)).body).toEqual({ active: false });
  });

  it('before the first grant an anonymous request writes nothing about it', async () => {
    const { party } = world.publish();
    const before = await everyRow(world.server);
    const page = await new TestBrowser(world.server.issuer).open(party.authorizeUrl('v'.repeat(43)));
    expect(shows.signIn(page)).toBe(true);
    const tables = changesOfRows(before, await everyRow(world.server)).map(({ table }) => table);
    expect(new Set(tables)).toEqual(new Set(['throttles']));
  });

  it('the consent page says at which host it describes itself, and that nobody here vouches for it', async () => {
    const { party } = world.publish({
      client_name: '<b>Bank</b>',
      logo_uri: 'https://agent.example.com/logo',
    });
    const browser = await signedInBrowser(world.server);
    const page = await browser.open(party.authorizeUrl('v'.repeat(43)));
    expect(page.html).toContain(world.host.host);
    expect(page.html).toContain('nobody here vouches for it');
    expect(page.html).toContain('&lt;b&gt;Bank&lt;/b&gt;');
    expect(page.html).not.toContain('agent.example.com/logo');
  });

  it('a document is fetched once while it is fresh, and its lifetime has limits', async () => {
    const { party, path, clientId } = world.publish();
    const document = world.documentOf(clientId);
    const serve = (cacheControl: string) => {
      world.host.documents.set(path, (_request: unknown, response: import('node:http').ServerResponse) =>
        response
          .writeHead(200, { 'content-type': 'application/json', 'cache-control': cacheControl })
          .end(JSON.stringify(document)),
      );
    };
    const fetches = async (afterSeconds: number): Promise<number> => {
      world.server.clock.advance(afterSeconds);
      const before = world.host.requests;
      await new TestBrowser(world.server.issuer).open(party.authorizeUrl('v'.repeat(43)));
      return world.host.requests - before;
    };
    serve('no-store');
    expect([await fetches(0), await fetches(59), await fetches(2)]).toEqual([1, 0, 1]);
    serve('max-age=600');
    expect([await fetches(61), await fetches(590), await fetches(20)]).toEqual([1, 0, 1]);
    serve('public, max-age=315360000');
    expect([await fetches(700), await fetches(86_000), await fetches(500)]).toEqual([1, 0, 1]);
  });

  it('is asked for each time at a loopback redirection URI, even with a key; elsewhere once', async () => {
    const place = world.place();
    const { party } = await world.publishWithKey(place);
    await party.tokens();
    expect((await party.respond({ prompt: 'none' })).get('error')).toBeNull();
    const local = world.publish({ redirect_uris: ['http://127.0.0.1/callback'] });
    await walk(party.browser, local.party.authorizeUrl('v'.repeat(43)));
    const again = await party.browser.open(local.party.authorizeUrl('v'.repeat(43)));
    expect(shows.consent(again)).toBe(true);
    const silent = await party.browser.open(local.party.authorizeUrl('v'.repeat(43), { prompt: 'none' }));
    expect(responseOf(silent).get('error')).toBe('consent_required');
  });

  it('with private_key_jwt it must authenticate with a key of its document', async () => {
    const { party } = await world.publishWithKey();
    const authorized = await party.authorize();
    const without = await post(world.server, '/token', {
      grant_type: 'authorization_code',
      client_id: party.clientId,
      code: authorized.code,
      redirect_uri: callback,
      code_verifier: authorized.verifier,
    });
    expect([without.status, without.body.error]).toEqual([401, 'invalid_client']);
    expect((await party.redeem(authorized)).status).toBe(200);
  });

  it('pushes its authorization requests', async () => {
    const { party } = world.publish();
    const pushed = await party.authenticated('/par', {
      response_type: 'code',
      redirect_uri: callback,
      scope: 'openid',
      state: 'state',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    expect(pushed.status).toBe(201);
    const url = `/authorize?client_id=${encodeURIComponent(party.clientId)}&request_uri=${pushed.body.request_uri as string}`;
    expect(responseOf(await walk(party.browser, url)).get('code')).toEqual(expect.any(String));
  });

  it('gets no other grants and no scopes of the admin API, whatever its document says', async () => {
    const { party } = world.publish({
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'password'],
      scope: 'openid contacts.read eyrie.admin',
    });
    expect((await party.respond({ scope: 'openid eyrie.admin' })).get('error')).toBe('invalid_scope');
    const answer = await party.token({ grant_type: 'client_credentials', scope: 'contacts.read' });
    expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client']);
  });

  it('is audited when it gets its first grant, and cannot be changed by an administrator, but disabled', async () => {
    const { party, clientId } = world.publish();
    const tokens = await party.tokens();
    const path = `/clients/${encodeURIComponent(clientId)}`;
    const shown = await admin.get(path);
    expect(shown.body).toMatchObject({
      client_id: clientId,
      document_fetched_at: expect.any(Number) as number,
    });
    const changed = await admin.patch(path, { client_name: 'Ours' });
    expect(changed.status).toBe(409);
    const events = itemsOf(await admin.get(`/audit-events?client_id=${encodeURIComponent(clientId)}`));
    expect(events.map(({ event, actor }) => [event, actor])).toContainEqual([
      'client.registered',
      `document:${world.host.host}`,
    ]);
    expect((await admin.post(`${path}/disable`)).status).toBeLessThan(300);
    const before = world.host.requests;
    world.server.clock.advance(90_000);
    const refused = await party.refresh(tokens.refresh_token);
    expect([refused.status, refused.body.error]).toEqual([401, 'invalid_client']);
    expect(world.host.requests).toBe(before);
  });

  it('a client that an administrator registered under a URL is the registered one: nothing is fetched', async () => {
    const { path, clientId } = world.publish({ client_name: 'From the document' });
    const party = await RelyingParty.register(world.server, {
      client_id: clientId,
      client_name: 'Registered',
    });
    const before = world.host.requests;
    const browser = await signedInBrowser(world.server);
    const page = await browser.open(party.authorizeUrl('v'.repeat(43)));
    expect(page.html).toContain('Registered');
    expect(world.host.requests).toBe(before);
    expect(world.host.documents.has(path)).toBe(true);
  });

  it('metadata says that documents are understood', async () => {
    const response = await fetch(`${world.server.issuer}/.well-known/oauth-authorization-server`);
    expect(await response.json()).toMatchObject({ client_id_metadata_document_supported: true });
  });

  it('the consent that was given to it before counts at another host of its redirection URIs only if it is asked', async () => {
    const { party, path, clientId } = world.publish();
    await party.tokens();
    world.host.documents.set(
      path,
      world.documentOf(clientId, { redirect_uris: ['https://elsewhere.example.com/callback'] }),
    );
    world.server.clock.advance(61);
    const former = await party.browser.open(party.authorizeUrl('v'.repeat(43)));
    expect(former.status).toBe(400);
    expect(former.html).not.toContain('https://agent.example.com/callback?');
    const page = await party.browser.open(
      party.authorizeUrl('v'.repeat(43), { redirect_uri: 'https://elsewhere.example.com/callback' }),
    );
    expect(shows.consent(page)).toBe(true);
    expect((await allow(party.browser, page)).url).toContain('https://elsewhere.example.com/callback');
  });
});
