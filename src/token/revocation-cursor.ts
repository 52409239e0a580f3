import { createHash } from 'node:crypto';
import { invalidRequest } from '../protocol/errors.js';

/**
 * The position of a follower in the revocation feed: the time of the last response, and digests of its contents. Times are whole
 * seconds of several clocks, so the next response begins somewhat earlier. The digests show whether anything is new.
 */
export interface RevocationCursor {
  /** Seconds since the epoch. */
  readonly time: number;
  /** Digest of what was revoked shortly before that time. */
  readonly revoked: string;
  /** Digest of the clients that were disabled. */
  readonly disabled: string;
}

const cursorForm = /^(\d{1,12})\.([\w-]{16})\.([\w-]{16})$/;

/** @throws OAuthError invalid_request if the text is not a cursor of this feed */
export function parseCursor(text: string): RevocationCursor {
  const [, time, revoked, disabled] = cursorForm.exec(text) ?? [];
  if (time === undefined || revoked === undefined || disabled === undefined) {
    throw invalidRequest('after is not a cursor of this feed');
  }
  return { time: Number(time), revoked, disabled };
}

export function formatCursor({ time, revoked, disabled }: RevocationCursor): string {
  return `${time}.${revoked}.${disabled}`;
}

/** A short digest of ids, which must be in a constant order. */
export function digestOf(ids: readonly string[]): string {
  return createHash('sha256').update(ids.join('\n')).digest('base64url').slice(0, 16);
}
