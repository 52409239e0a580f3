import { lookupHash } from '../crypto/opaque-token.js';
import type { UpstreamColumns } from '../persistence/stores/sessions.store.js';

/** A session at an upstream, as that names it: by the person, by the session, or by both (OIDC Back-Channel Logout §2.4). */
export interface NamedSession {
  readonly sub?: string | undefined;
  readonly sid?: string | undefined;
}

/** The session at an upstream from which a session here comes. */
export interface UpstreamOrigin {
  readonly alias: string;
  readonly subjectHash: string | undefined;
  /** Undefined if the upstream does not name its sessions. */
  readonly sessionHash: string | undefined;
  /** What the upstream has to be told to end it, sealed. */
  readonly signOutSealed?: string | undefined;
  /** When the upstream answered, in seconds since the epoch. */
  readonly answeredAt: number;
}

/** The same, of an answer that comes now if it does not say when. */
export type NewOrigin = Omit<UpstreamOrigin, 'answeredAt'> & { readonly answeredAt: number | undefined };

/** Names are hashed with the upstream: those of two upstreams are never the same, and each fits an index. */
export const subjectHashOf = (upstreamId: string, sub: string): string =>
  lookupHash(JSON.stringify(['upstream subject', upstreamId, sub]));

export const sessionHashOf = (upstreamId: string, sid: string): string =>
  lookupHash(JSON.stringify(['upstream session', upstreamId, sid]));

export const upstreamOrigin = (
  { id, alias }: { readonly id: string; readonly alias: string },
  {
    sub,
    sid,
    ...more
  }: NamedSession & {
    readonly signOutSealed?: string | undefined;
    readonly answeredAt?: number | undefined;
  },
): NewOrigin => ({
  alias,
  subjectHash: sub === undefined ? undefined : subjectHashOf(id, sub),
  sessionHash: sid === undefined ? undefined : sessionHashOf(id, sid),
  signOutSealed: more.signOutSealed,
  answeredAt: more.answeredAt,
});

export const columnsOf = ({
  alias,
  subjectHash,
  sessionHash,
  signOutSealed,
}: UpstreamOrigin): UpstreamColumns => ({
  upstreamAlias: alias,
  upstreamSubjectHash: subjectHash ?? null,
  upstreamSessionHash: sessionHash ?? null,
  upstreamSignOutSealed: signOutSealed ?? null,
});
