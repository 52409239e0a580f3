import { Auth } from '@auth/core';

export function createApp({ issuer, origin, clientId, secret }) {
  const config = {
    basePath: '/auth',
    secret: 'for tests, and long enough for cookies',
    trustHost: true,
    providers: [{ id: 'eyrie', name: 'Eyrie', type: 'oidc', issuer, clientId, clientSecret: secret }],
    callbacks: { redirect: () => `${origin}/auth/session` },
  };
  return async (request, answer) => {
    const { method, headers } = request;
    const body = method === 'POST' ? Buffer.concat(await request.toArray()) : undefined;
    const response = await Auth(new Request(new URL(request.url, origin), { method, headers, body }), config);
    answer.writeHead(response.status, [...response.headers].flat());
    answer.end(await response.text());
  };
}
