import { auth } from '@modelcontextprotocol/sdk/client/auth.js';

/** A client of the Model Context Protocol, and the protected resource at `/mcp` that names its authorization server. */
export function createApp({ issuer, origin }) {
  const serverUrl = `${origin}/mcp`;
  const kept = {};
  let leadsTo;
  const provider = {
    redirectUrl: `${origin}/callback`,
    clientMetadata: {
      client_name: 'Assistant',
      redirect_uris: [`${origin}/callback`],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => kept.client,
    saveClientInformation: (client) => (kept.client = client),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => (kept.tokens = tokens),
    codeVerifier: () => kept.codeVerifier,
    saveCodeVerifier: (codeVerifier) => (kept.codeVerifier = codeVerifier),
    redirectToAuthorization: (url) => (leadsTo = url.href),
  };
  const json = (answer, value) =>
    answer.setHeader('content-type', 'application/json').end(JSON.stringify(value));
  const routes = {
    '/.well-known/oauth-protected-resource/mcp': (_url, answer) =>
      json(answer, { resource: serverUrl, authorization_servers: [issuer] }),
    async '/login'(_url, answer) {
      await auth(provider, { serverUrl });
      answer.writeHead(302, { location: leadsTo }).end();
    },
    async '/callback'({ searchParams }, answer) {
      const result = await auth(provider, { serverUrl, authorizationCode: searchParams.get('code') });
      json(answer, { result, tokens: kept.tokens });
    },
    /** With a refresh token, the same call refreshes. */
    async '/refresh'(_url, answer) {
      json(answer, { result: await auth(provider, { serverUrl }), tokens: kept.tokens });
    },
  };
  return async (request, answer) => {
    const url = new URL(request.url, origin);
    const route = routes[url.pathname];
    if (route) return route(url, answer);
    return answer.writeHead(404).end();
  };
}
