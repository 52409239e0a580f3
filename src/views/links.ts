import type { Text } from '../locales/message.js';

export interface PageLink {
  /** A path on this server, or an absolute http(s) URL; anything else is shown as text. */
  readonly href: string | Text;
  readonly label: Text;
}

/**
 * The target of a link, if it is a path on this server or an absolute http(s) URL. Anything else is undefined, and the page shows
 * no link: escaping alone does not make `javascript:` harmless.
 */
export function linkTarget(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  if (/^\/(?![/\\])/.test(target) && !/[\t\n\r]/.test(target)) return target;
  if (!/^https?:\/\//i.test(target)) return undefined;
  return URL.canParse(target) ? target : undefined;
}

/**
 * The URL of a page or image that a client registered (RFC 7591 §2), if people may see it: https only, since anybody could alter
 * what comes over http.
 */
export function clientAddress(address: string | null | undefined): string | undefined {
  return address && /^https:\/\//i.test(address) ? linkTarget(address) : undefined;
}
