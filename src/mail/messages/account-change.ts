import { defaultLanguage } from '../../locales/languages.js';
import { readableTime } from '../../views/readable.js';
import type { Letter } from '../letter.js';

/** When and from where something was done. */
export interface Circumstances {
  /** Seconds since the epoch. */
  readonly at: number;
  /** The time zone of the person (OIDC Core §5.1, `zoneinfo`). */
  readonly timeZone?: string | undefined;
  /** The network address of the request, if there was one. */
  readonly address?: string | undefined;
  /** The browser, in words. */
  readonly device?: string | undefined;
  readonly issuer: string;
}

/** What every mail about a change of an account says beside the change. */
export function circumstancesOf({
  at,
  timeZone,
  address,
  device,
  issuer,
}: Circumstances): Required<Pick<Letter, 'facts'>> {
  return {
    facts: [
      ['Service', issuer],
      ['Time', readableTime(new Date(at * 1_000), defaultLanguage, timeZone)],
      ...(device === undefined ? [] : [['Browser', device] as const]),
      ...(address === undefined ? [] : [['Network address', address] as const]),
    ],
  };
}

/** What to do about a change that somebody else made. */
export const otherwiseSecure =
  'If this was not you, choose a new password now, and tell the people who run this service.';
