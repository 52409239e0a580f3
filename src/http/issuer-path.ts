import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { endpoints } from '../config/endpoints.js';

/** Where metadata stands too if the issuer has a path: the path follows (RFC 8414 §3.1 and §5). */
const metadataPaths = [endpoints.openidConfiguration, endpoints.oauthAuthorizationServer];

/**
 * What stands at the root of the host too: probes of the process know nothing of the issuer, and password managers and browsers nothing of
 * its path (W3C, A Well-Known URL for Changing Passwords; WebAuthn Level 3 §5.11).
 */
const atRoot: readonly string[] = [
  endpoints.live,
  endpoints.ready,
  endpoints.changePassword,
  endpoints.relatedOrigins,
];

/** Leads to nothing: a 404, which other origins can read where clients look for documents. */
const nowhere = '/-';
const noDocument = '/.well-known/-';

/** Attributes of our pages that hold a path of ours. Values of others are escaped and absolute. */
const ownLinks = /\b(href|action|src|srcset)="\/(?!\/)/g;

/**
 * The path at which an endpoint is served, from the one that was requested: paths in the code are relative to the issuer.
 * @param issuerPath `/auth` for the issuer `https://example.com/auth`, or empty
 */
export function pathWithinIssuer({ url = '' }: Pick<IncomingMessage, 'url'>, issuerPath: string): string {
  if (issuerPath === '') return url;
  const end = url.indexOf('?');
  const [path, query] = end < 0 ? [url, ''] : [url.slice(0, end), url.slice(end)];
  const metadata = metadataPaths.find((known) => path === known + issuerPath);
  if (metadata !== undefined) return metadata + query;
  if (path === issuerPath) return `/${query}`;
  if (path.startsWith(`${issuerPath}/`)) return path.slice(issuerPath.length) + query;
  if (atRoot.includes(path)) return url;
  return path.startsWith('/.well-known/') ? noDocument : nowhere;
}

/** Has redirects and pages name our paths as browsers reach them. */
export function linkBelow(server: FastifyInstance, issuerPath: string): void {
  if (issuerPath === '') return;
  server.addHook('onSend', (_request, reply, payload, done) => {
    const { location, 'content-type': type } = reply.getHeaders();
    if (typeof location === 'string' && /^\/(?!\/)/.test(location))
      reply.header('location', issuerPath + location);
    const isPage = typeof payload === 'string' && String(type).startsWith('text/html');
    done(null, isPage ? payload.replaceAll(ownLinks, `$1="${issuerPath}/`) : payload);
  });
}
