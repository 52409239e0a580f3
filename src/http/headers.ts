import type { FastifyReply } from 'fastify';

/** "Cache-Control: no-store" on everything that holds tokens or personal pages (RFC 6749 §5.1). */
export function noStore(reply: FastifyReply): void {
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
}

/** What a page may do beyond the strict default. */
export interface PageAllowances {
  /** An origin that its forms may lead to: Chromium applies form-action to redirects after a post. */
  readonly formAction?: string;
  /** URLs of images of other origins. */
  readonly images?: readonly (string | undefined)[];
  /** Origins of the documents in its frames. */
  readonly frameSources?: readonly string[];
  /** Whether every origin may frame it; otherwise none may. */
  readonly framedByAnybody?: boolean;
  /** The nonce of its one script. */
  readonly scriptNonce?: string;
}

/**
 * The headers of every HTML page. There is no Cross-Origin-Opener-Policy on purpose: clients that sign people in in a popup,
 * Swagger UI among them, need the connection to the window that opened it.
 */
export function pageHeaders(
  reply: FastifyReply,
  { formAction, images = [], frameSources = [], framedByAnybody = false, scriptNonce }: PageAllowances = {},
): void {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    ["img-src 'self'", ...originsOf(images)].join(' '),
    `form-action 'self'${formAction ? ` ${formAction}` : ''}`,
    `frame-ancestors ${framedByAnybody ? '*' : "'none'"}`,
    "base-uri 'none'",
    ...(frameSources.length > 0 ? [`frame-src ${frameSources.join(' ')}`] : []),
    ...(scriptNonce ? [`script-src 'nonce-${scriptNonce}'`] : []),
  ];
  noStore(reply);
  reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', policy.join('; '))
    .header('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  if (!framedByAnybody) reply.header('x-frame-options', 'DENY');
}

const originsOf = (urls: readonly (string | undefined)[]): Set<string> =>
  new Set(urls.flatMap((url) => (url !== undefined && URL.canParse(url) ? [new URL(url).origin] : [])));
