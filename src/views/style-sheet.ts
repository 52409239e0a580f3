import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The one style sheet, with the names that browsers cache it by. */
export interface StyleSheet {
  readonly text: string;
  /** A strong entity tag over the content, quotes included. */
  readonly etag: string;
  /** Where the pages find it; changes with the content, so that a new release is seen at once. */
  readonly href: string;
}

/** Reads the style sheet that lies beside this file. */
export function readStyleSheet(): StyleSheet {
  const text = readFileSync(new URL('style.css', import.meta.url), 'utf8');
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return { text, etag: `"${digest}"`, href: `/style.css?v=${digest}` };
}
