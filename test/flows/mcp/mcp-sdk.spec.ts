import { Agent, McpWorld } from '../../support/mcp-world.js';
import { payloadOf } from '../../support/relying-party.js';

describe('An agent with the MCP SDK, at an MCP server behind the guard, with nothing registered', () => {
  let world: McpWorld;

  beforeAll(async () => {
    world = await McpWorld.start();
  });
  afterAll(() => world.stop());

  it('F6 Alice consents, and the tool answers; a tool that needs more asks her for more', async () => {
    const agent = new Agent(world);
    expect(JSON.parse(await agent.call('list_contacts'))).toContainEqual({
      name: 'Bob Baker',
      email: 'bob@example.com',
    });
    expect(agent.clientInformation).toMatchObject({ client_id: world.clientId });
    expect(agent.asked).toEqual(['contacts.tools.read']);
    expect(agent.consentPages[0]).toContain(new URL(world.clientId).host);
    expect(agent.consentPages[0]).toContain('nobody here vouches for it');

    const added = await agent.call('add_contact', { name: 'Eve', email: 'eve@example.com' });
    expect(added).toBe('Eve is a contact now');
    expect(agent.asked[1]?.split(' ').toSorted()).toEqual(['contacts.tools.read', 'contacts.tools.write']);
    expect(agent.consentPages).toHaveLength(2);
    expect(await agent.call('list_contacts')).toContain('eve@example.com');
    expect(agent.consentPages).toHaveLength(2);
  });

  it('challenges name the metadata and the scopes, which is at both well-known places', async () => {
    const refused = await fetch(world.mcpUrl, { method: 'POST', body: '{}' });
    const { origin } = new URL(world.mcpUrl);
    const metadata = `${origin}/.well-known/oauth-protected-resource`;
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe(
      `Bearer realm="${world.mcpUrl}", scope="contacts.tools.read", resource_metadata="${metadata}/mcp"`,
    );
    for (const place of [metadata, `${metadata}/mcp`]) {
      expect(await (await fetch(place)).json()).toMatchObject({
        resource: world.mcpUrl,
        authorization_servers: [world.eyrie.url],
      });
    }
  });

  it('its token is for the URL of the MCP server alone', async () => {
    const agent = new Agent(world);
    await agent.call('list_contacts');
    const payload = payloadOf(agent.accessToken);
    expect(payload).toMatchObject({
      aud: world.mcpUrl,
      client_id: world.clientId,
      scope: 'contacts.tools.read',
    });
  });

  it.each([
    [
      'a call among others in a batch',
      [{ method: 'ping' }, { method: 'tools/call', params: { name: 'add_contact' } }],
    ],
    ['a call of a tool that is not known', { method: 'tools/call', params: { name: 'other' } }],
    ['a call without a name', { method: 'tools/call' }],
  ])('%s needs the scopes of the tool', async (_what, body) => {
    const agent = new Agent(world);
    await agent.call('list_contacts');
    const refused = await fetch(world.mcpUrl, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${agent.accessToken}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify(body),
    });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('contacts.tools.write');
  });
});
