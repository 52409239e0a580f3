import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client,
  StreamableHTTPClientTransport,
  type OAuthClientProvider,
} from '@modelcontextprotocol/client';
import { allow, signIn, TestBrowser } from './browser.js';
import { certificate } from './certificates.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { ServerProcess } from './programs.js';
import { alice, freePort } from './server.js';
import { shows } from './walk.js';

const root = join(import.meta.dirname, '..', '..');
export const callback = 'http://127.0.0.1:4999/callback';

/** The MCP server of the examples, at that URL, behind the guard. */
export async function startMcpServer(url: string, issuer: string): Promise<ChildProcess> {
  const { port } = new URL(url);
  const mcp = spawn(process.execPath, [join(root, 'examples/contacts-mcp/dist/main.js')], {
    env: { PATH: process.env.PATH, PORT: port, MCP_URL: url, ISSUER: issuer },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(mcp.stdout, 'data');
  return mcp;
}

/**
 * Eyrie, the MCP server of the examples, and a web site with the document of an agent, each a process or server of its own. Eyrie knows
 * the agent by nothing but its document.
 */
export class McpWorld {
  private constructor(
    readonly eyrie: ServerProcess,
    readonly mcpUrl: string,
    readonly clientId: string,
    private readonly mcp: ChildProcess,
    private readonly site: Server,
    private readonly database: TestDatabase,
    private readonly folder: string,
  ) {}

  static async start(): Promise<McpWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'eyrie-mcp-'));
    const { cert, key } = await certificate({
      subject: [{ CN: ['127.0.0.1'] }],
      names: [{ type: 'ip', value: '127.0.0.1' }],
      isAuthority: true,
    });
    const trusted = join(folder, 'ca.pem');
    await writeFile(trusted, cert);
    const site = createServer({ cert, key });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
    const clientId = `https://${host}/agent/client.json`;
    site.on('request', (_request, response) => {
      const document = { client_id: clientId, client_name: 'Assistant', redirect_uris: [callback] };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    });

    const port = String(await freePort());
    const mcpUrl = `http://127.0.0.1:${port}/mcp`;
    const scopes = { 'contacts.tools.read': 'Read contacts', 'contacts.tools.write': 'Add contacts' };
    const story = {
      resources: [{ identifier: mcpUrl, name: 'Contacts for agents', scopes }],
      users: [alice],
    };
    await writeFile(join(folder, 'eyrie.yaml'), JSON.stringify(story));
    const database = await createTestDatabase();
    const eyrie = await ServerProcess.start({
      DATABASE_URL: database.url,
      EYRIE_APPLY: join(folder, 'eyrie.yaml'),
      EYRIE_CLIENT_DOCUMENTS: host,
      EYRIE_OUTBOUND_ALLOW: host,
      NODE_EXTRA_CA_CERTS: trusted,
    });
    const mcp = await startMcpServer(mcpUrl, eyrie.url);
    return new McpWorld(eyrie, mcpUrl, clientId, mcp, site, database, folder);
  }

  async stop(): Promise<void> {
    this.mcp.kill();
    await Promise.all([once(this.mcp, 'exit'), this.eyrie.kill()]);
    this.site.closeAllConnections();
    this.site.close();
    await this.database.drop();
    await rm(this.folder, { recursive: true });
  }
}

/** An agent that has the official SDK do all of OAuth. It shows its user the pages of Eyrie in a browser. */
export class Agent {
  readonly browser: TestBrowser;
  /** The consent pages that came up. */
  readonly consentPages: string[] = [];
  /** The scopes of each authorization request. */
  readonly asked: (string | null)[] = [];
  private leadsTo: URL | undefined;
  private readonly provider: OAuthClientProvider;

  constructor(private readonly world: McpWorld) {
    this.browser = new TestBrowser(world.eyrie.url);
    const kept = new Map<string, unknown>();
    const slot = (name: string) => ({
      read: () => kept.get(name) as never,
      write: (value: unknown) => void kept.set(name, value),
    });
    const [client, tokens, verifier, discovery] = ['client', 'tokens', 'verifier', 'discovery'].map(slot) as [
      ReturnType<typeof slot>,
      ReturnType<typeof slot>,
      ReturnType<typeof slot>,
      ReturnType<typeof slot>,
    ];
    this.provider = {
      redirectUrl: callback,
      clientMetadataUrl: world.clientId,
      clientMetadata: { client_name: 'Assistant', redirect_uris: [callback] },
      clientInformation: client.read,
      saveClientInformation: client.write,
      tokens: tokens.read,
      saveTokens: tokens.write,
      codeVerifier: verifier.read,
      saveCodeVerifier: verifier.write,
      discoveryState: discovery.read,
      saveDiscoveryState: discovery.write,
      redirectToAuthorization: (url) => {
        this.leadsTo = url;
        this.asked.push(url.searchParams.get('scope'));
      },
    };
  }

  get accessToken(): string {
    return (this.provider.tokens() as { access_token: string }).access_token;
  }

  get clientInformation(): unknown {
    return this.provider.clientInformation();
  }

  /** Calls a tool; where the SDK needs the user first, they sign in and allow what is asked. */
  async call(name: string, input: Record<string, unknown> = {}): Promise<string> {
    try {
      return await this.attempt(name, input);
    } catch (error) {
      if (!this.leadsTo) throw error;
      await this.authorize(this.leadsTo);
      this.leadsTo = undefined;
      return this.attempt(name, input);
    }
  }

  private async attempt(name: string, input: Record<string, unknown>): Promise<string> {
    const transport = this.transport();
    const client = new Client({ name: 'assistant', version: '1.0.0' });
    try {
      await client.connect(transport);
      const result = await client.callTool({ name, arguments: input });
      return (result.content as { text: string }[])[0]?.text ?? '';
    } finally {
      await client.close();
    }
  }

  private async authorize(url: URL): Promise<void> {
    let page = await this.browser.open(url.href.slice(url.origin.length));
    if (shows.signIn(page)) page = await signIn(this.browser, page, alice);
    if (shows.consent(page)) {
      this.consentPages.push(page.html);
      page = await allow(this.browser, page);
    }
    await this.transport().finishAuth(new URL(page.url).searchParams);
  }

  private transport(): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(new URL(this.world.mcpUrl), { authProvider: this.provider });
  }
}
