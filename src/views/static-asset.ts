import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { endpoints } from '../config/endpoints.js';

/** A static file, with what browsers cache it by. */
export interface StaticAsset {
  readonly text: string;
  /** A strong entity tag over the content, quotes included. */
  readonly etag: string;
  /** Its URL below the issuer, which changes with the content, so that no browser shows an old one. */
  readonly href: string;
}

/** The one style sheet, served as `/style.css`. */
export function readStyleSheet(): StaticAsset {
  return readAsset('style.css', '/style.css');
}

/** The logo above every page and in the browser's tab, served as `/icon.svg`. */
export function readIcon(): StaticAsset {
  return readAsset('templates/icon.eta', '/icon.svg');
}

/** What keeps people signed in to Swagger UI, served as `/docs/sign-in.js`. */
export function readSwaggerSignIn(): StaticAsset {
  return readAsset('swagger-sign-in.js', endpoints.docsSignIn);
}

/** The script of the pages that ask the browser for a passkey, served as `/passkeys.js`, behind the library that it calls. */
export function readPasskeyScript(): StaticAsset {
  const library = new URL('../dist/bundle/index.umd.min.js', import.meta.resolve('@simplewebauthn/browser'));
  return asset(`${readFileSync(library, 'utf8')}\n${read('passkeys.js')}`, '/passkeys.js');
}

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

const readAsset = (file: string, path: string): StaticAsset => asset(read(file), path);

function asset(text: string, path: string): StaticAsset {
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return { text, etag: `"${digest}"`, href: `${path}?v=${digest}` };
}
