import { type Message, message, type Text, verbatim } from '../../locales/message.js';
import type { Draft } from '../draft.js';

/** When and from where something was done. */
export interface Circumstances {
  /** Seconds since the epoch. */
  readonly at: number;
  /** The time zone of the person (OIDC Core §5.1, `zoneinfo`). */
  readonly timeZone?: string | undefined;
  /** The network address of the request, if there was one. */
  readonly address?: string | undefined;
  /** The browser, in words. */
  readonly device?: Text | undefined;
  readonly issuer: string;
}

/** What every mail about a change of an account says beside the change. */
export function circumstancesOf({
  at,
  timeZone,
  address,
  device,
  issuer,
}: Circumstances): Required<Pick<Draft, 'facts'>> {
  return {
    facts: [
      [message('mail.service'), verbatim(issuer)],
      [message('mail.time'), { at: new Date(at * 1_000), timeZone }],
      ...(device === undefined ? [] : [[message('mail.browser'), device] as const]),
      ...(address === undefined ? [] : [[message('mail.address'), verbatim(address)] as const]),
    ],
  };
}

/** What to do about a change that somebody else made. */
export const otherwiseSecure: Message = message('mail.otherwiseSecure');
