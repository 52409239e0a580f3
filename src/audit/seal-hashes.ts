import { createHash, randomBytes } from 'node:crypto';
import type { AuditEvent } from '../persistence/entities/audit-event.entity.js';

/** The hash with which the chain begins. */
export const beginning = sha256('eyrie audit trail');

/** 128 bits, so that an erased detail cannot be guessed from its digest. */
export const newSalt = (): string => randomBytes(16).toString('base64url');

export const digestOfDetail = (salt: string, detail: AuditEvent['detail']): string =>
  sha256(JSON.stringify([salt, detail]));

/** What an event says and where it stands, with the digest of its detail, which may be erased later. */
export const digestOfEvent = (
  event: Pick<
    AuditEvent,
    | 'id'
    | 'at'
    | 'event'
    | 'actor'
    | 'userId'
    | 'clientId'
    | 'grantId'
    | 'address'
    | 'seal'
    | 'place'
    | 'detailDigest'
  >,
): string =>
  sha256(
    JSON.stringify([
      event.seal,
      event.place,
      event.id,
      event.at,
      event.event,
      event.actor,
      event.userId,
      event.clientId,
      event.grantId,
      event.address,
      event.detailDigest,
    ]),
  );

/** The hash of a seal: of the one before it, and of the digests of its events in their places. */
export const hashOfSeal = (former: string, digests: readonly (string | null)[]): string =>
  sha256(JSON.stringify([former, ...digests]));

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
