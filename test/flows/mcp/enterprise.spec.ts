import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  Client,
  CrossAppAccessProvider,
  discoverAndRequestJwtAuthGrant,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import * as oauth from 'oauth4webapi';
import { AdminCaller } from '../../support/admin-caller.js';
import {
  aliceOfCompany,
  bearerGrantType,
  chatClient,
  companyClient,
  Enterprise,
  exchangeGrantType,
  idJag,
  tokenType,
} from '../../support/enterprise.js';
import { startMcpServer } from '../../support/mcp-world.js';
import { payloadOf, type RelyingParty } from '../../support/relying-party.js';
import { putResource } from '../../support/resources.js';
import { freePort } from '../../support/server.js';

describe('I4 enterprise-managed authorization: the company lets its people use an MCP server of somebody else', () => {
  let enterprise: Enterprise;
  let mcp: ChildProcess;
  let mcpUrl: string;
  let atCompany: RelyingParty;
  let atChat: RelyingParty;
  let aliceId: string;

  beforeAll(async () => {
    enterprise = await Enterprise.start();
    const { company, chat } = enterprise;
    aliceId = await company.createUser(aliceOfCompany);
    await chat.createUser(aliceOfCompany);
    mcpUrl = `http://127.0.0.1:${await freePort()}/mcp`;
    const scopes = { 'contacts.tools.read': 'Read contacts', 'contacts.tools.write': 'Add contacts' };
    await putResource(chat, { identifier: mcpUrl, name: 'Contacts for agents', scopes });
    atCompany = await companyClient(company, { token_endpoint_auth_method: 'client_secret_post' });
    atChat = await chatClient(chat, { scope: Object.keys(scopes).join(' ') });
    await enterprise.trust(atChat.clientId, { scope: Object.keys(scopes).join(' '), resources: [mcpUrl] });
    mcp = await startMcpServer(mcpUrl, chat.issuer);
  });
  afterAll(async () => {
    mcp.kill();
    await once(mcp, 'exit');
    await enterprise.stop();
  });

  const allow = (groups?: string[]): Promise<void> =>
    enterprise.vouch(atCompany.clientId, {
      audience_client_id: atChat.clientId,
      scope: 'contacts.tools.read',
      resources: [mcpUrl],
      ...(groups ? { everyone: false, groups } : {}),
    });

  /** The official SDK does everything from the challenge of the MCP server on. */
  async function listContacts(idToken: string): Promise<string> {
    const authProvider = new CrossAppAccessProvider({
      clientId: atChat.clientId,
      clientSecret: atChat.secret,
      expectedIssuer: enterprise.chat.issuer,
      assertion: async ({ authorizationServerUrl, resourceUrl, scope, fetchFn }) => {
        const { jwtAuthGrant } = await discoverAndRequestJwtAuthGrant({
          idpUrl: enterprise.company.issuer,
          audience: authorizationServerUrl,
          resource: resourceUrl,
          idToken,
          clientId: atCompany.clientId,
          clientSecret: atCompany.secret,
          scope,
          fetchFn,
        });
        return jwtAuthGrant;
      },
    });
    const client = new Client({ name: 'assistant', version: '1.0.0' });
    try {
      await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider }));
      const { content } = await client.callTool({ name: 'list_contacts', arguments: {} });
      return (content as { text: string }[])[0]?.text ?? '';
    } finally {
      await client.close();
    }
  }

  it('nobody is let in before the company has a policy', async () => {
    const { id_token } = await atCompany.tokens();
    await expect(listContacts(id_token)).rejects.toThrow('invalid_target');
  });

  it('with the SDK, Alice signs in at her company alone, and the tool answers', async () => {
    await allow();
    const { id_token } = await atCompany.tokens();
    expect(await listContacts(id_token)).toContain('bob@example.com');
  });

  it('only members of the group are let in, as long as they are', async () => {
    const admin = await AdminCaller.register(enterprise.company);
    const group = String((await admin.post('/groups', { name: 'agents' })).body.id);
    await allow(['agents']);
    const { id_token } = await atCompany.tokens();
    await expect(listContacts(id_token)).rejects.toThrow('access_denied');
    await admin.put(`/groups/${group}/members/${aliceId}`);
    expect(await listContacts(id_token)).toContain('bob@example.com');
    await admin.delete(`/groups/${group}/members/${aliceId}`);
    await expect(listContacts(id_token)).rejects.toThrow('access_denied');
    await allow();
  });

  it('with oauth4webapi: exchange, grant, and one use of the assertion', async () => {
    const { company, chat } = enterprise;
    const http = { [oauth.allowInsecureRequests]: true };
    const discover = async (issuer: string): Promise<oauth.AuthorizationServer> =>
      oauth.processDiscoveryResponse(
        new URL(issuer),
        await oauth.discoveryRequest(new URL(issuer), { ...http, algorithm: 'oauth2' }),
      );
    const [idp, authority] = await Promise.all([discover(company.issuer), discover(chat.issuer)]);
    expect(idp['identity_chaining_requested_token_types_supported']).toEqual([idJag]);
    expect(authority['authorization_grant_profiles_supported']).toEqual([
      'urn:ietf:params:oauth:grant-profile:id-jag',
    ]);
    const { id_token } = await atCompany.tokens();
    const client = { client_id: atCompany.clientId };
    const exchanged = await oauth.processGenericTokenEndpointResponse(
      idp,
      client,
      await oauth.genericTokenEndpointRequest(
        idp,
        client,
        oauth.ClientSecretPost(atCompany.secret),
        exchangeGrantType,
        {
          requested_token_type: idJag,
          subject_token: id_token,
          subject_token_type: tokenType('id_token'),
          audience: authority.issuer,
          resource: mcpUrl,
        },
        http,
      ),
      { recognizedTokenTypes: { n_a: () => {} } },
    );
    expect(exchanged).toMatchObject({ token_type: 'n_a', issued_token_type: idJag, expires_in: 300 });
    const there = { client_id: atChat.clientId };
    const present = (): Promise<Response> =>
      oauth.genericTokenEndpointRequest(
        authority,
        there,
        oauth.ClientSecretBasic(atChat.secret),
        bearerGrantType,
        { assertion: exchanged.access_token },
        http,
      );
    const granted = await oauth.processGenericTokenEndpointResponse(authority, there, await present());
    expect(payloadOf(granted.access_token)).toMatchObject({
      iss: chat.issuer,
      aud: mcpUrl,
      scope: 'contacts.tools.read',
    });
    await expect(
      oauth.processGenericTokenEndpointResponse(authority, there, await present()),
    ).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});
