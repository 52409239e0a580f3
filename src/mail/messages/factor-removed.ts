import { type Message, message } from '../../locales/message.js';
import type { Draft } from '../draft.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** What was removed; `all` is everything but the password. */
export type RemovedFactor = 'passkey' | 'one-time-code' | 'identity' | 'all';

const sentences: Readonly<Record<RemovedFactor, (username: string, upstream: string) => Message>> = {
  passkey: (username) => message('mail.passkeyRemoved', { username }),
  'one-time-code': (username) => message('mail.appRemoved', { username }),
  identity: (username, upstream) => message('mail.identityRemoved', { username, upstream }),
  all: (username) => message('mail.allRemoved', { username }),
};

/** A person can no longer sign in with something. */
export function factorRemoved({
  username,
  factor,
  upstream = '',
  ...circumstances
}: Circumstances & {
  readonly username: string;
  readonly factor: RemovedFactor;
  /** The name of the identity provider. */
  readonly upstream?: string;
}): Draft {
  return {
    subject: message('mail.factorRemovedSubject'),
    paragraphs: [sentences[factor](username, upstream)],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
