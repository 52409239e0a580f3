import type { FastifyInstance, HTTPMethods } from 'fastify';
import { endpoints, upstreamLogoutPath } from '../config/endpoints.js';

const oauthEndpoints: ReadonlySet<string> = new Set([
  endpoints.pushedRequest,
  endpoints.deviceAuthorization,
  endpoints.backchannelAuthentication,
  endpoints.token,
  endpoints.introspect,
  endpoints.revoke,
  endpoints.revocations,
  endpoints.register,
  endpoints.userinfo,
  endpoints.jwks,
  endpoints.openidConfiguration,
  endpoints.oauthAuthorizationServer,
]);

const machineEndpoints = [endpoints.scim, endpoints.admin, endpoints.docs, endpoints.metrics, '/health'];
const methods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Whether errors at this path are JSON as in RFC 6749 §5.2. */
export const answersInOAuth = (path: string): boolean =>
  oauthEndpoints.has(path) || path.startsWith(`${endpoints.register}/`) || isUpstreamLogout(path);

/** Where upstreams say that a session has ended. */
const isUpstreamLogout = (path: string): boolean =>
  path.startsWith(`${endpoints.upstream}/`) && path.endsWith(upstreamLogoutPath);

const below =
  (prefix: string) =>
  (path: string): boolean =>
    path === prefix || path.startsWith(`${prefix}/`);

/** Whether errors at this path are as RFC 7644 §3.12 has them. */
export const answersInScim = below(endpoints.scim);

/** Whether errors at this path are problem details (RFC 9457). */
export const answersInProblems = below(endpoints.admin);

/** Whether this path answers with a page for people. */
export const isPage = (path: string): boolean =>
  !answersInOAuth(path) &&
  !machineEndpoints.some(
    (prefix) => path === prefix || path.startsWith(`${prefix}/`) || path.startsWith(`${prefix}-`),
  );

/**
 * The methods that this path supports: those of its own, if it has some, and not those of a path with a parameter in their place. What is at
 * `/users/invitations` is no user.
 */
export function allowedMethods(path: string, server: FastifyInstance): HTTPMethods[] {
  const found = methods.flatMap((method) => {
    const route = server.findRoute({ method, url: path });
    return route ? [{ method, parameters: Object.keys(route.params ?? {}).length }] : [];
  });
  const fewest = Math.min(...found.map(({ parameters }) => parameters));
  return found.filter(({ parameters }) => parameters === fewest).map(({ method }) => method);
}
