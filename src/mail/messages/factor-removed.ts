import { type Message, message } from '../../locales/message.js';
import type { Draft } from '../draft.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** What was removed; `all` is everything but the password. */
export type RemovedFactor = 'passkey' | 'one-time-code' | 'all';

const sentences: Readonly<Record<RemovedFactor, (username: string) => Message>> = {
  passkey: (username) => message('mail.passkeyRemoved', { username }),
  'one-time-code': (username) => message('mail.appRemoved', { username }),
  all: (username) => message('mail.allRemoved', { username }),
};

/** A person can no longer sign in with something. */
export function factorRemoved({
  username,
  factor,
  ...circumstances
}: Circumstances & { readonly username: string; readonly factor: RemovedFactor }): Draft {
  return {
    subject: message('mail.factorRemovedSubject'),
    paragraphs: [sentences[factor](username)],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
