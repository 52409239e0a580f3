import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A file that belongs to the look of the pages, with the names that browsers cache it by. */
export interface StaticAsset {
  readonly text: string;
  /** A strong entity tag over the content, quotes included. */
  readonly etag: string;
  /** Where the pages find it; changes with the content, so that a new release is seen at once. */
  readonly href: string;
}

/** The one style sheet, served as `/style.css`. */
export function readStyleSheet(): StaticAsset {
  return readAsset('style.css', '/style.css');
}

/** The mark above every page and in the browser's tab, served as `/icon.svg`. */
export function readIcon(): StaticAsset {
  return readAsset('templates/icon.eta', '/icon.svg');
}

function readAsset(file: string, path: string): StaticAsset {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return { text, etag: `"${digest}"`, href: `${path}?v=${digest}` };
}
