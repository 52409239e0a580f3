import type { FastifyInstance } from 'fastify';
import { endpoints } from '../config/endpoints.js';

/** What a browser application on another origin may call. Never the authorization endpoint, nor any page. */
const open: ReadonlySet<string> = new Set([
  endpoints.pushedRequest,
  endpoints.token,
  endpoints.revoke,
  endpoints.userinfo,
  endpoints.jwks,
  endpoints.openidConfiguration,
  endpoints.oauthAuthorizationServer,
]);

/** Opens the endpoints that need it to other origins, errors included. They take no cookies, so any origin may call. */
export function allowCrossOrigin(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (request.headers.origin === undefined || !open.has(request.raw.url?.split('?', 1)[0] ?? '')) {
      done();
      return;
    }
    reply
      .header('access-control-allow-origin', '*')
      .header('access-control-expose-headers', 'www-authenticate');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      done();
      return;
    }
    reply
      .status(204)
      .header('access-control-allow-methods', 'GET, POST')
      .header('access-control-allow-headers', 'authorization, content-type')
      .header('access-control-max-age', '86400')
      .send();
  });
}
