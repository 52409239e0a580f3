import type { CustomFetch } from 'openid-client';
import { type Outbound, OutboundError } from '../../../outbound/outbound.js';
import { UpstreamAwayError } from './protocol.js';

/**
 * A `fetch` for openid-client through the guarded one: https and public addresses only, unless `EYRIE_OUTBOUND_ALLOW` says otherwise.
 * A failed exchange, and an answer of the 5xx class, is an UpstreamAwayError.
 */
export const guardedFetch =
  (outbound: Outbound): CustomFetch =>
  async (url, { method, headers, body }) => {
    const { accept, authorization } = headers;
    const form = body instanceof URLSearchParams ? body : undefined;
    if (method !== 'GET' && !form) throw new Error(`${method} ${url} is no request of a sign-in`);
    const response = await outbound
      .fetch(url, {
        ...(form && { form }),
        ...(accept !== undefined && { accept }),
        ...(authorization !== undefined && { authorization }),
      })
      .catch((error: unknown) => {
        throw error instanceof OutboundError ? new UpstreamAwayError(error.message) : error;
      });
    if (response.status >= 500)
      throw new UpstreamAwayError(`${new URL(url).origin} answered ${response.status}`);
    return new Response(response.body === '' ? null : response.body, {
      status: response.status,
      headers: response.mediaType === undefined ? {} : { 'content-type': response.mediaType },
    });
  };

/** The error of an exchange that openid-client has wrapped, or undefined. */
export function awayIn(error: unknown): UpstreamAwayError | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++)
    if (cause instanceof UpstreamAwayError) return cause;
  return undefined;
}
