import type { LoadedUpstream } from '../definition.js';
import { searchesGroups } from '../upstream-groups.js';

/** Up to where a look at a directory has seen its changes, and of which version of its registration that is. */
export type SyncMark = {
  readonly version: number;
  /** When the look began, in seconds since the epoch. */
  readonly at: number;
} & (
  | {
      /** The invocation id of a server of Active Directory: each counts for itself ([MS-ADTS] §3.1.1.1.9). */
      readonly server: string;
      readonly usn: string;
    }
  | {
      /** A time that the clock of the directory had reached when the look began: the two clocks are not compared. */
      readonly people: number;
      /** When a group was changed last, by the clock of the directory. */
      readonly groups: number;
    }
);

/** Changes of this time are read once more: servers count in seconds, and learn of changes at other servers later. */
export const overlapSeconds = 300;

const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,]\d{1,9})?Z$/;

/** The seconds since the epoch of a GeneralizedTime in UTC (RFC 4517 §3.3.13); undefined if it is none. */
export function secondsOf(time: string | undefined): number | undefined {
  const match = generalizedTime.exec(time ?? '');
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1_000;
}

/** Seconds since the epoch as GeneralizedTime. */
export const generalizedTimeOf = (seconds: number): string =>
  new Date(Math.max(0, seconds) * 1_000).toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '');

/** The mark that was noted; undefined if there is none, or it is one of another registration of the directory. */
export function markOf(
  noted: string | null,
  { version }: Pick<LoadedUpstream, 'version'>,
): SyncMark | undefined {
  const mark = noted === null ? undefined : (JSON.parse(noted) as SyncMark);
  return mark?.version === version ? mark : undefined;
}

const shownElsewhere = /member-?of/i;

/**
 * Whether what counts of somebody is in their own entry, so that their entry has changed when it has. `memberOf` is not: it follows from
 * the entry of the group. Groups that are searched for are looked at by themselves.
 */
export const isToldByEntries = (upstream: LoadedUpstream): boolean =>
  (Object.keys(upstream.group_map).length === 0 || searchesGroups(upstream)) &&
  ![
    upstream.user_filter ?? '',
    ...Object.keys(upstream.required_claims),
    ...Object.values(upstream.claims),
    ...Object.values(upstream.attributes),
  ].some((text) => shownElsewhere.test(text));

/**
 * The mark of a look at everybody, once it is known when the last of them was changed. What changed while it was under way may not have been
 * seen.
 * @returns undefined if the directory does not say when entries change
 */
export function markAfter(
  begun: SyncMark | undefined,
  lastChangedAt: number,
  tookSeconds: number,
): SyncMark | undefined {
  if (!begun || 'server' in begun) return begun;
  return lastChangedAt > 0 ? { ...begun, people: lastChangedAt - tookSeconds } : undefined;
}
