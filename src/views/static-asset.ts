import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';

/** A static file, with what browsers cache it by. */
export interface StaticAsset<Content extends string | Buffer = string> {
  readonly content: Content;
  /** Its media type. */
  readonly type: string;
  /** A strong entity tag over the content, quotes included. */
  readonly etag: string;
  /** Its URL below the issuer, which changes with the content, so that no browser shows an old one. */
  readonly href: string;
}

export const styleSheetType = 'text/css; charset=utf-8';
const scriptType = 'text/javascript; charset=utf-8';

/** The one style sheet, served as `/style.css`. */
export function readStyleSheet(): StaticAsset {
  return readAsset('style.css', styleSheetType, '/style.css');
}

/** The logo above every page and in the browser's tab, served as `/icon.svg`. */
export function readIcon(): StaticAsset {
  return readAsset('templates/icon.eta', 'image/svg+xml', '/icon.svg');
}

/** What keeps people signed in to Swagger UI, served as `/docs/sign-in.js`. */
export function readSwaggerSignIn(): StaticAsset {
  return readAsset('swagger-sign-in.js', scriptType, endpoints.docsSignIn);
}

/** The script of the pages that ask the browser for a passkey, served as `/passkeys.js`, behind the library that it calls. */
export function readPasskeyScript(): StaticAsset {
  const library = new URL('../dist/bundle/index.umd.min.js', import.meta.resolve('@simplewebauthn/browser'));
  return assetOf(`${readFileSync(library, 'utf8')}\n${read('passkeys.js')}`, scriptType, '/passkeys.js');
}

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

const readAsset = (file: string, type: string, path: string): StaticAsset => assetOf(read(file), type, path);

/** What is served at a path. */
export function assetOf<Content extends string | Buffer>(
  content: Content,
  type: string,
  path: string,
): StaticAsset<Content> {
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  return { content, type, etag: `"${digest}"`, href: `${path}?v=${digest}` };
}

/** Answers a GET, with leave to cache. The content is undefined if the browser has it. */
export function serveAsset<Content extends string | Buffer>(
  asset: StaticAsset<Content>,
  ifNoneMatch: string | undefined,
  reply: FastifyReply,
): Content | undefined {
  reply.header('etag', asset.etag).header('cache-control', 'public, max-age=86400');
  if (names(ifNoneMatch, asset.etag)) {
    reply.status(304);
    return undefined;
  }
  reply.type(asset.type);
  return asset.content;
}

/** RFC 9110 section 13.1.2: If-None-Match is `*` or a list of entity tags, and is compared weakly. */
function names(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
