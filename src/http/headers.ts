import type { FastifyReply } from 'fastify';

/** "Cache-Control: no-store" on everything that holds tokens or personal pages (RFC 6749 §5.1). */
export function noStore(reply: FastifyReply): void {
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
}

/** What a page may do beside the strict default. */
export interface PageAllowances {
  /** Where its forms may lead besides ourselves: Chromium applies form-action to the redirect that answers a post. */
  readonly formAction?: string;
  /** An image from elsewhere that it shows. */
  readonly imageUri?: string;
  /** Origins whose documents it holds in frames. */
  readonly frameSources?: readonly string[];
  /** Whether pages of any origin may hold it in a frame; otherwise none may. */
  readonly framedByAnybody?: boolean;
  /** The nonce of its one script. */
  readonly scriptNonce?: string;
}

/**
 * The headers of every HTML page of ours. None of them cuts a window off from its opener (Cross-Origin-Opener-Policy): clients
 * that sign people in in a popup, Swagger UI among them, wait there for the answer.
 */
export function pageHeaders(
  reply: FastifyReply,
  { formAction, imageUri, frameSources = [], framedByAnybody = false, scriptNonce }: PageAllowances = {},
): void {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    `img-src 'self'${imageUri && URL.canParse(imageUri) ? ` ${new URL(imageUri).origin}` : ''}`,
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
