import { RequireScopes, RequireScopesFor, Subject } from '@eyrie/guard';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { All, Controller, Req } from '@nestjs/common';
import { Contacts } from './contacts.js';
import { scopesFor, serverWith } from './tools.js';

/** A request as Fastify has read it. */
interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
}

/**
 * The MCP endpoint (Streamable HTTP). It runs only if the guard has verified the token, and it has the scopes of the tool that is called.
 * Otherwise the client finds in the challenge where it gets a token, and for which scopes to ask.
 */
@Controller('mcp')
export class McpController {
  constructor(private readonly contacts: Contacts) {}

  @RequireScopes('contacts.tools.read')
  @RequireScopesFor(scopesFor)
  @All()
  async handle(@Req() request: ReceivedRequest, @Subject() owner: string): Promise<Response> {
    const handler = createMcpHandler(() => serverWith(this.contacts.of(owner)));
    return handler.fetch(toWebRequest(request), { parsedBody: request.body });
  }
}

/** The request in the form that the SDK takes; its body is parsed already. */
function toWebRequest({ method, url, headers }: ReceivedRequest): Request {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value].flat().join(', ')] as [string, string]],
  );
  return new Request(new URL(url, 'http://localhost'), { method, headers: entries });
}
