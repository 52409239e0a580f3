import { createHash } from 'node:crypto';
import { invalidRequest } from '../protocol/errors.js';

/**
 * Where a follower of the revocation feed stands: the time of its last answer, and what that answer knew. Times are
 * whole seconds of several clocks, so the next answer begins somewhat earlier; by the digests it tells whether anything
 * came in since.
 */
export interface RevocationCursor {
  /** Seconds since the epoch. */
  readonly time: number;
  /** Digest of what had been revoked shortly before. */
  readonly revoked: string;
  /** Digest of the clients that were disabled. */
  readonly disabled: string;
}

const form = /^(\d{1,12})\.([\w-]{16})\.([\w-]{16})$/;

/** @throws OAuthError invalid_request when it is none of ours */
export function parseCursor(text: string): RevocationCursor {
  const [, time, revoked, disabled] = form.exec(text) ?? [];
  if (time === undefined || revoked === undefined || disabled === undefined) {
    throw invalidRequest('after is not a cursor of this feed');
  }
  return { time: Number(time), revoked, disabled };
}

export function formatCursor({ time, revoked, disabled }: RevocationCursor): string {
  return `${time}.${revoked}.${disabled}`;
}

/** Tells one set of ids from another, given in a constant order. */
export function digestOf(ids: readonly string[]): string {
  return createHash('sha256').update(ids.join('\n')).digest('base64url').slice(0, 16);
}
