import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Contact } from './contacts.js';

/** The scope that each tool needs, beside `contacts.tools.read`, which every request needs. */
const scopesOfTools: Readonly<Record<string, readonly string[]>> = {
  list_contacts: [],
  add_contact: ['contacts.tools.write'],
};

/**
 * The scopes of the tools that a request calls: a body may hold a batch of calls. MCP has one route for all tools, so the guard asks here.
 * A tool that nobody has entered above needs every scope.
 */
export function scopesFor({ body }: { readonly body?: unknown }): readonly string[] {
  const messages: unknown[] = Array.isArray(body) ? body : [body];
  return messages.flatMap((message) => {
    const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } };
    if (method !== 'tools/call') return [];
    const tool = String(params?.name);
    return Object.hasOwn(scopesOfTools, tool)
      ? (scopesOfTools[tool] ?? [])
      : Object.values(scopesOfTools).flat();
  });
}

/** An MCP server for one request, with the contacts of the person for whom its token acts. */
export function serverWith(contacts: Contact[]): McpServer {
  const server = new McpServer({ name: 'contacts', version: '0.1.0' });
  server.registerTool(
    'list_contacts',
    { description: 'Lists the contacts', annotations: { readOnlyHint: true } },
    () => ({ content: [{ type: 'text', text: JSON.stringify(contacts) }] }),
  );
  server.registerTool(
    'add_contact',
    {
      description: 'Adds a contact',
      inputSchema: z.object({ name: z.string().max(100), email: z.email() }),
    },
    ({ name, email }) => {
      contacts.push({ name, email });
      return { content: [{ type: 'text', text: `${name} is a contact now` }] };
    },
  );
  return server;
}
