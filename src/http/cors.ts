import type { FastifyInstance } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import type { Settings } from '../config/settings.js';

/** Endpoints that browser applications of other origins may call by GET and POST: never the authorization endpoint or a page. */
const open: ReadonlySet<string> = new Set([
  endpoints.pushedRequest,
  endpoints.deviceAuthorization,
  endpoints.token,
  endpoints.revoke,
  endpoints.userinfo,
  endpoints.jwks,
  endpoints.openidConfiguration,
  endpoints.oauthAuthorizationServer,
]);

/** Allows other origins at these endpoints, in errors too. They read no cookies, so every origin is allowed. */
export function allowCrossOrigin(server: FastifyInstance, { registration }: Settings): void {
  const methodsOf = (path: string): string | undefined => {
    if (open.has(path)) return 'GET, POST';
    if (registration === 'off') return undefined;
    if (path === endpoints.register) return 'POST';
    return path.startsWith(`${endpoints.register}/`) ? 'GET, PUT, DELETE' : undefined;
  };
  server.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    const methods = origin === undefined ? undefined : methodsOf(request.raw.url?.split('?', 1)[0] ?? '');
    if (methods === undefined) {
      done();
      return;
    }
    reply
      .header('access-control-allow-origin', '*')
      .header('access-control-expose-headers', 'www-authenticate, dpop-nonce, retry-after, eyrie-reference');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      done();
      return;
    }
    reply
      .status(204)
      .header('access-control-allow-methods', methods)
      .header('access-control-allow-headers', 'authorization, content-type, dpop')
      .header('access-control-max-age', '86400')
      .send();
  });
}
