import { InitialAccessTokens } from '../../src/clients/dynamic/initial-access-tokens.js';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { ClientDirectory } from '../../src/clients/client-directory.js';
import { ResourceRegistration } from '../../src/resource/resource-registration.js';
import { responseOf, type Shown } from '../support/browser.js';
import { type Registered, send } from '../support/dynamic-registration.js';
import { type Codes, deviceCode, reach } from '../support/device.js';
import { type Fields, payloadOf, post, RelyingParty, request } from '../support/relying-party.js';
import { alice, contacts, startServer, type TestServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

const redirect_uris = ['https://rp.example.com/callback'];
const tools = {
  identifier: 'https://tools.example.com/mcp',
  name: 'Tools',
  scopes: { tools: 'Use the tools', 'tools.list': 'List the tools' },
};
const openidScopes = 'openid profile email address phone offline_access';
const everything = `${openidScopes} contacts.read contacts.write tools tools.list`;

class World {
  server!: TestServer;
  #browser!: Awaited<ReturnType<typeof signedInBrowser>>;

  async start(environment: Record<string, string> = {}): Promise<void> {
    this.server = await startServer({
      EYRIE_REGISTRATION: 'open',
      EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: '1000',
      ...environment,
    });
    await this.server.createUser(alice);
    await this.server.app.get(ResourceRegistration).put(tools, 'test');
    this.#browser = await signedInBrowser(this.server);
  }

  async register(changes: object = {}, token?: string): Promise<Registered> {
    const answer = await send(this.server, 'POST', '/register', { redirect_uris, ...changes }, token);
    if (answer.status !== 201) throw new Error(`not registered (${answer.status}): ${answer.text}`);
    return answer.body as Registered;
  }

  party(registered: Registered): RelyingParty {
    return RelyingParty.of(this.server, registered, { redirect_uris }, this.#browser);
  }

  async ask(registered: Registered, parameters: Fields): Promise<Shown> {
    return this.#browser.open(this.party(registered).authorizeUrl('v'.repeat(43), parameters));
  }

  /** The scopes on the consent page, or the error that the client gets. */
  async asked(registered: Registered, parameters: Fields): Promise<string> {
    const page = await this.ask(registered, parameters);
    if (!shows.consent(page)) return responseOf(page).get('error') ?? 'no consent';
    return [...page.html.matchAll(/name="scope" value="([^"]+)"/g)].map(([, scope]) => scope).join(' ');
  }
}

describe('The scopes of clients that registered themselves', () => {
  const world = new World();
  beforeAll(() => world.start());
  afterAll(() => world.server.stop());

  it('F5 without scope a client may request every scope of OpenID and of resources, and is told so', async () => {
    const registered = await world.register();
    expect(registered.scope).toBe(everything);
    expect(await world.asked(registered, { scope: everything.replace(' offline_access', '') })).toBe(
      everything.replace(' offline_access', ''),
    );
    expect(await world.asked(registered, { scope: 'openid eyrie.admin' })).toBe('invalid_scope');
  });

  it.each([
    [
      'a resource and no scope means its scopes',
      { scope: undefined, resource: tools.identifier },
      'tools tools.list',
    ],
    ['a resource and a scope means that scope', { scope: 'tools', resource: tools.identifier }, 'tools'],
    [
      'two resources and no scope means the scopes of both',
      { scope: undefined, resource: [tools.identifier, contacts.identifier] },
      'contacts.read contacts.write tools tools.list',
    ],
    [
      'an unknown resource and no scope is invalid_target',
      { scope: undefined, resource: 'https://x.example' },
      'invalid_target',
    ],
    [
      'a relative resource and no scope is invalid_target',
      { scope: undefined, resource: '/mcp' },
      'invalid_target',
    ],
  ])('A18 %s', async (_title, parameters, asked) => {
    expect(await world.asked(await world.register(), parameters)).toBe(asked);
  });

  it('A18 the server itself and no scope means those of OpenID', async () => {
    const parameters = { scope: undefined, resource: world.server.issuer };
    expect(await world.asked(await world.register(), parameters)).toBe('openid profile email address phone');
  });

  it('A18 a device that names a resource and no scope asks for its scopes', async () => {
    const registered = await world.register({
      redirect_uris: [],
      grant_types: [deviceCode],
      token_endpoint_auth_method: 'none',
    });
    const fields = { client_id: registered.client_id, resource: tools.identifier };
    const { body } = await post(world.server, '/device_authorization', fields);
    const page = await reach(world.party(registered).browser, body as unknown as Codes);
    expect(page.html).toContain('Use the tools');
    expect(page.html).not.toContain('Read your contacts');
  });

  it('A18 what is chosen on the consent page is what the token is for', async () => {
    const registered = await world.register();
    const party = world.party(registered);
    const verifier = 'v'.repeat(43);
    const url = party.authorizeUrl(verifier, { scope: undefined, resource: tools.identifier });
    const left = await party.browser.submit(await party.browser.open(url), {
      decision: 'allow',
      scope: ['tools.list'],
    });
    const { body } = await party.redeem({ code: responseOf(left).get('code') ?? '', verifier });
    const { aud, scope } = payloadOf(body.access_token);
    expect({ aud, scope }).toEqual({ aud: tools.identifier, scope: 'tools.list' });
  });

  it('A18 a client that an administrator registered gets the scopes that it has of the resource', async () => {
    const { clientId } = await world.server.register({ redirect_uris, scope: 'openid tools contacts.read' });
    const registered = { client_id: clientId } as Registered;
    expect(await world.asked(registered, { scope: undefined, resource: tools.identifier })).toBe('tools');
  });

  it('F5 a resource that is registered later is open to a client without scope, and to no other', async () => {
    const [open, named] = [await world.register(), await world.register({ scope: 'openid tools' })];
    const later = { identifier: 'https://later.example.com', name: 'Later', scopes: { later: 'Come later' } };
    await world.server.app.get(ResourceRegistration).put(later, 'test');
    expect(await world.asked(open, { scope: 'later' })).toBe('later');
    expect(await world.asked(named, { scope: 'later' })).toBe('invalid_scope');
    const { registration_client_uri: uri, registration_access_token: token } = open;
    const { body } = await send(world.server, 'GET', new URL(uri).pathname, undefined, token);
    expect(body.scope).toBe(`${everything} later`);
  });

  it.each([
    ['openid eyrie.admin tools', 'openid tools'],
    ['openid eyrie.admin.read', 'openid'],
    ['openid flying', 'openid'],
    ['eyrie.admin', ''],
  ])('F5 of the scope "%s" is left "%s", which the answer says', async (scope, left) => {
    const registered = await world.register({ scope });
    expect(registered.scope).toBe(left);
    expect(await world.asked(registered, { scope: 'contacts.read' })).toBe('invalid_scope');
  });

  it('F5 grant types and response types that a client may not have are left out, which the answer says', async () => {
    const registered = await world.register({
      grant_types: ['authorization_code', 'client_credentials', 'implicit', 'password'],
      response_types: ['code', 'id_token token'],
    });
    expect(registered).toMatchObject({ grant_types: ['authorization_code'], response_types: ['code'] });
  });

  it('F5 a change that names scopes, by the client or by an administrator, ends what follows from naming none', async () => {
    const registered = await world.register();
    const { client_id, registration_access_token: token } = registered;
    const put = (body: object): ReturnType<typeof send> =>
      send(world.server, 'PUT', `/register/${client_id}`, { client_id, redirect_uris, ...body }, token);
    expect((await put({ scope: 'openid' })).body.scope).toBe('openid');
    expect(await world.asked(registered, { scope: 'tools' })).toBe('invalid_scope');
    await put({});
    expect(await world.asked(registered, { scope: 'tools' })).toBe('tools');
    await world.server.app.get(ClientRegistration).update(client_id, { client_name: 'Renamed' }, 'test');
    expect(await world.asked(registered, { scope: 'tools' })).toBe('tools');
    await world.server.app.get(ClientRegistration).update(client_id, { scope: 'openid email' }, 'test');
    expect(await world.asked(registered, { scope: 'tools' })).toBe('invalid_scope');
  });

  it('F5 a client that acts for itself has no scope of a resource that it did not name', async () => {
    const { token } = await world.server.app.get(InitialAccessTokens).create({}, 'test');
    const robot = await world.register({ grant_types: ['client_credentials'], redirect_uris: [] }, token);
    expect(robot.scope).toBe(openidScopes);
    const found = await world.server.app.get(ClientDirectory).find(robot.client_id);
    expect([...(found?.scopes ?? [])].join(' ')).toBe(openidScopes);
  });

  it.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])(
    'C4 %s names the scopes of OpenID and of resources, and none of the admin API',
    async (path) => {
      const { body } = await request(world.server, path);
      expect(body.scopes_supported).toEqual(expect.arrayContaining(everything.split(' ')));
      expect(JSON.stringify(body)).not.toContain('eyrie.admin');
    },
  );
});

describe('The scopes that an operator allows clients to register', () => {
  const world = new World();
  beforeAll(() => world.start({ EYRIE_REGISTRATION_SCOPES: 'openid tools nothing' }));
  afterAll(() => world.server.stop());

  it('F5 are all that a client may have, named or not', async () => {
    const registered = await world.register();
    expect(registered.scope).toBe('openid tools');
    expect(await world.asked(registered, { scope: undefined, resource: tools.identifier })).toBe('tools');
    expect(await world.asked(registered, { scope: 'tools.list' })).toBe('invalid_scope');
    expect((await world.register({ scope: 'openid profile tools tools.list' })).scope).toBe('openid tools');
  });
});
