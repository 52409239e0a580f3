/**
 * The target if a link may lead there: a path on this server, or an absolute http(s) URL. Escaping alone does not make
 * `javascript:` harmless, so anything else is undefined and the page shows no link.
 */
export function linkTarget(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  if (/^\/(?![/\\])/.test(target) && !/[\t\n\r]/.test(target)) return target;
  if (!/^https?:\/\//i.test(target)) return undefined;
  return URL.canParse(target) ? target : undefined;
}

/**
 * The address of a page or image that a client names for itself (RFC 7591 §2), as far as people are shown it: https only. What
 * registered itself is a stranger, and what came over http could be anybody's.
 */
export function clientAddress(address: string | null | undefined): string | undefined {
  return address && /^https:\/\//i.test(address) ? linkTarget(address) : undefined;
}
