"""An agent that has the MCP SDK for Python do all of OAuth.

agent.py <URL of the MCP server> <its client_id, a URL> <redirection URI>

Each line of standard input is a call, as JSON: {"name": tool, "arguments": {...}}. Each answer is a line of standard output, as JSON:
{"text": ...} or {"error": ...}. When the user is needed, it prints {"open": authorization URL}; the next line is the URL at which the
browser arrived.
"""

import asyncio
import json
import sys
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

mcp_url, client_id, callback = sys.argv[1:]


class MemoryStorage:
    tokens = None
    client_info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client_info

    async def set_client_info(self, client_info):
        self.client_info = client_info


def say(message):
    print(json.dumps(message), flush=True)


async def next_line():
    return (await asyncio.to_thread(sys.stdin.readline)).strip()


async def open_browser(url):
    say({"open": url})


async def arrival():
    answer = parse_qs(urlsplit(await next_line()).query)
    return AuthorizationCodeResult(**{name: answer[name][0] for name in ("code", "state", "iss")})


async def call(provider, name, arguments):
    async with httpx2.AsyncClient(auth=provider) as http_client:
        async with Client(streamable_http_client(mcp_url, http_client=http_client)) as client:
            result = await client.call_tool(name, arguments)
            return result.content[0].text


async def main():
    provider = OAuthClientProvider(
        server_url=mcp_url,
        client_metadata=OAuthClientMetadata(client_name="Assistant", redirect_uris=[callback]),
        storage=MemoryStorage(),
        redirect_handler=open_browser,
        callback_handler=arrival,
        client_metadata_url=client_id,
    )
    while line := await next_line():
        asked = json.loads(line)
        try:
            say({"text": await call(provider, asked["name"], asked["arguments"])})
        except Exception as error:
            say({"error": repr(error)})


asyncio.run(main())
