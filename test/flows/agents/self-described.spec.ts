import { ClientRegistration } from '../../../src/clients/client-registration.js';
import { ClientsStore } from '../../../src/persistence/stores/clients.store.js';
import { signIn, TestBrowser } from '../../support/browser.js';
import { decide, registerAsker, ask, reach as reachApproval } from '../../support/backchannel-requests.js';
import { DescribedClientHost } from '../../support/described-client.js';
import { begin, reach, registerDevice } from '../../support/device.js';
import { send as sendToken } from '../../support/dpop-client.js';
import { proof, proofKey } from '../../support/dpop-proofs.js';
import { metadata, type Registered, send } from '../../support/dynamic-registration.js';
import { expectRefusal, payloadOf, RelyingParty } from '../../support/relying-party.js';
import { calendar, putResource } from '../../support/resources.js';
import { alice, contacts, type TestServer, useServer } from '../../support/server.js';

/** The page on which Alice is asked for consent. */
async function consentPage(party: RelyingParty): Promise<string> {
  const browser = new TestBrowser(party.server.issuer);
  const page = await browser.open(party.authorizeUrl('v'.repeat(43)));
  return (await signIn(browser, page, alice)).html;
}

describe('what agents say of themselves, and the bounds of all agents', () => {
  let world: DescribedClientHost;
  let server: TestServer;

  beforeAll(async () => {
    world = await DescribedClientHost.start({
      EYRIE_REGISTRATION: 'open',
      EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: '1000',
      EYRIE_AGENTS_MAX_TOKEN_TTL: '120',
      EYRIE_AGENTS_RESOURCES: contacts.identifier,
    });
    server = world.server;
    await putResource(server, { ...calendar, scopes: { 'calendar.read': 'Read your calendar' } });
  });
  afterAll(() => world.stop());

  const isStoredAsAgent = async (clientId: string): Promise<unknown> =>
    (await server.app.get(ClientsStore).find(clientId))?.eyrieAgent;

  it('an agent that is registered has their lifetime, or its own if that is shorter', async () => {
    const agent = await RelyingParty.register(server, { eyrie_agent: true });
    expect((await agent.tokens()).expires_in).toBe(120);
    const shorter = await RelyingParty.register(server, { eyrie_agent: true, eyrie_max_token_ttl: 60 });
    expect((await shorter.tokens()).expires_in).toBe(60);
    const longer = await RelyingParty.register(server, { eyrie_agent: true, eyrie_max_token_ttl: 300 });
    expect((await longer.tokens()).expires_in).toBe(120);
  });

  it('a registered client that is no agent is not concerned', async () => {
    const client = await RelyingParty.register(server, { scope: 'openid contacts.read calendar.read' });
    const tokens = await client.tokens();
    expect(tokens.expires_in).toBe(600);
    expect(payloadOf(tokens.access_token).aud).toContain(calendar.identifier);
  });

  it('a client that becomes an agent is bound from its next refresh on', async () => {
    const client = await RelyingParty.register(server);
    const tokens = await client.tokens();
    await server.app.get(ClientRegistration).update(client.clientId, { eyrie_agent: true }, 'test');
    expect((await client.refresh(tokens.refresh_token)).body.expires_in).toBe(120);
  });

  it.each([
    ['says nothing', {}, true],
    ['says that it is an agent', { eyrie_agent: true }, true],
    ['says that it is no agent', { eyrie_agent: false }, false],
  ])('a client by a document that %s: bound anyway', async (_title, members, isAgent) => {
    const { party, clientId } = world.publish(members);
    const tokens = await party.tokens();
    expect(tokens.expires_in).toBe(120);
    expect(await isStoredAsAgent(clientId)).toBe(isAgent);
    const response = await party.respond({ scope: 'contacts.read', resource: calendar.identifier });
    expect(response.get('error')).toBe('invalid_target');
  });

  it('a document cannot set bounds of its own', async () => {
    const { party, clientId } = world.publish({
      eyrie_max_token_ttl: 86_400,
      eyrie_allowed_resources: [calendar.identifier],
    });
    expect((await party.tokens()).expires_in).toBe(120);
    const stored = await server.app.get(ClientsStore).find(clientId);
    expect(stored).toMatchObject({ eyrieMaxTokenTtl: null, eyrieAllowedResources: null });
  });

  it('a client that registers itself says that it is an agent, and cannot set or change bounds', async () => {
    const body = {
      ...metadata,
      eyrie_agent: true,
      eyrie_max_token_ttl: 86_400,
      eyrie_require_dpop: true,
    };
    const registered = (await send(server, 'POST', '/register', body)).body as Registered & {
      client_id: string;
    };
    expect(registered).toMatchObject({ eyrie_agent: true });
    expect(registered).not.toHaveProperty('eyrie_max_token_ttl');
    const { client_id: clientId } = registered;
    const own = {
      eyrie_max_token_ttl: 45,
      eyrie_allowed_resources: [contacts.identifier],
      eyrie_require_dpop: true,
    };
    await server.app.get(ClientRegistration).update(clientId, own, 'test');
    const path = new URL(registered.registration_client_uri).pathname;
    const replaced = {
      client_id: clientId,
      ...metadata,
      eyrie_max_token_ttl: 9_000,
      eyrie_require_dpop: false,
    };
    const answer = await send(server, 'PUT', path, replaced, registered.registration_access_token);
    expect(answer.status).toBe(200);
    expect(await server.app.get(ClientsStore).find(clientId)).toMatchObject({
      eyrieAgent: false,
      eyrieMaxTokenTtl: 45,
      eyrieAllowedResources: [contacts.identifier],
      eyrieRequireDpop: true,
    });
  });

  it('a client that registers itself and does not say what it is, is bound anyway', async () => {
    const body = { ...metadata, scope: 'contacts.read', token_endpoint_auth_method: 'none' };
    const registered = (await send(server, 'POST', '/register', body)).body as Registered & {
      client_id: string;
    };
    const party = RelyingParty.of(server, { client_id: registered.client_id }, body);
    expect((await party.tokens()).expires_in).toBe(120);
  });

  describe('pages with a question', () => {
    const says = 'id="agent-client"';

    it('the consent page says that a client is an agent, and of others it does not', async () => {
      const agent = await RelyingParty.register(server, { eyrie_agent: true });
      expect(await consentPage(agent)).toContain(says);
      expect(await consentPage(world.publish().party)).toContain(says);
      expect(await consentPage(world.publish({ eyrie_agent: false }).party)).not.toContain(says);
      expect(await consentPage(await RelyingParty.register(server))).not.toContain(says);
    });

    it('so does the page for a device', async () => {
      const device = await registerDevice(server, { eyrie_agent: true });
      const codes = await begin(device, 'contacts.read');
      expect((await reach(new TestBrowser(server.issuer), codes)).html).toContain(says);
    });

    it('so does the page for a backchannel request', async () => {
      const asker = await registerAsker(server, { eyrie_agent: true });
      await ask(asker, { scope: 'openid contacts.read' });
      const browser = new TestBrowser(server.issuer);
      expect((await reachApproval(browser)).html).toContain(says);
      await decide(browser, 'deny');
    });
  });
});

describe('EYRIE_AGENTS_DPOP', () => {
  const server = useServer(
    { EYRIE_AGENTS_DPOP: 'on', EYRIE_RESPONSE_TYPES: 'id_token token' },
    { users: [alice] },
  );

  it('agents need a proof, and others do not', async () => {
    const agent = await RelyingParty.register(server, { eyrie_agent: true });
    expectRefusal(await agent.redeem(await agent.authorize()), 400, 'invalid_dpop_proof');
    const { code, verifier } = await agent.authorize();
    const fields = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: agent.redirectUri,
      code_verifier: verifier,
    };
    const answer = await sendToken(agent, fields, await proof(server, await proofKey()));
    expect(answer.body.token_type).toBe('DPoP');
    const client = await RelyingParty.register(server);
    expect((await client.tokens()).token_type).toBe('Bearer');
  });

  it('an agent gets no bearer token from the authorization endpoint', async () => {
    const agent = await RelyingParty.register(server, {
      eyrie_agent: true,
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code', 'id_token token'],
      redirect_uris: ['https://agent.example.com/callback'],
    });
    const answer = await agent.browser.open(
      agent.authorizeUrl('v'.repeat(43), {
        response_type: 'id_token token',
        nonce: 'n',
        code_challenge: undefined,
        code_challenge_method: undefined,
      }),
    );
    expect(answer.url).toContain('error=unauthorized_client');
  });
});
