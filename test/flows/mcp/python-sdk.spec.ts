import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { allow, signIn, TestBrowser } from '../../support/browser.js';
import { callback, McpWorld } from '../../support/mcp-world.js';
import { alice } from '../../support/server.js';
import { shows } from '../../support/walk.js';

const python = process.env['EYRIE_TEST_MCP_PYTHON'];

(python === undefined ? describe.skip : describe)(
  'An agent with the MCP SDK for Python, at an MCP server behind the guard, with nothing registered',
  () => {
    let world: McpWorld;
    let agent: PythonAgent;

    beforeAll(async () => {
      world = await McpWorld.start();
      agent = new PythonAgent(world);
    });
    afterAll(async () => {
      await agent?.stop();
      await world?.stop();
    });

    it('F6 Alice consents, and the tool answers; a tool that needs more asks her for more', async () => {
      expect(await agent.call('list_contacts')).toContain('bob@example.com');
      expect(agent.asked[0]).toMatchObject({
        client_id: world.clientId,
        resource: world.mcpUrl,
        scope: 'contacts.tools.read offline_access',
        code_challenge_method: 'S256',
      });
      expect(agent.consentPages[0]).toContain('nobody here vouches for it');

      const eve = { name: 'Eve', email: 'eve@example.com' };
      expect(await agent.call('add_contact', eve)).toBe('Eve is a contact now');
      expect(agent.asked[1]?.['scope']?.split(' ')).toEqual(
        expect.arrayContaining(['contacts.tools.read', 'contacts.tools.write']),
      );
      expect(await agent.call('list_contacts')).toContain('eve@example.com');
      expect(agent.consentPages).toHaveLength(2);
    });
  },
);

/** The agent in python-sdk/agent.py, and the browser of its user. */
class PythonAgent {
  /** The parameters of each authorization request. */
  readonly asked: Record<string, string>[] = [];
  readonly consentPages: string[] = [];
  private readonly browser: TestBrowser;
  private readonly process: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: AsyncIterator<string>;

  constructor({ eyrie, mcpUrl, clientId }: McpWorld) {
    this.browser = new TestBrowser(eyrie.url);
    const program = join(import.meta.dirname, 'python-sdk', 'agent.py');
    this.process = spawn(python ?? '', [program, mcpUrl, clientId, callback], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  /** Calls a tool; where the SDK needs the user first, they sign in and allow what is asked. */
  async call(name: string, input: Record<string, unknown> = {}): Promise<string> {
    this.send(JSON.stringify({ name, arguments: input }));
    for (;;) {
      const said = JSON.parse((await this.lines.next()).value as string) as Record<string, string>;
      if (said['text'] !== undefined) return said['text'];
      if (said['open'] === undefined) throw new Error(said['error']);
      this.send(await this.authorize(said['open']));
    }
  }

  async stop(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.stdin.end();
    await exited;
  }

  /** @returns the URL at which the browser arrives */
  private async authorize(url: string): Promise<string> {
    this.asked.push(Object.fromEntries(new URL(url).searchParams));
    let page = await this.browser.open(url);
    if (shows.signIn(page)) page = await signIn(this.browser, page, alice);
    if (shows.consent(page)) {
      this.consentPages.push(page.html);
      page = await allow(this.browser, page);
    }
    return page.url;
  }

  private send(line: string): void {
    this.process.stdin.write(`${line}\n`);
  }
}
