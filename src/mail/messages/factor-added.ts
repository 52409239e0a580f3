import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** A factor that people set up. */
export type AddedFactor = 'passkey' | 'one-time-code';

/** A person can sign in with one thing more. */
export function factorAdded({
  username,
  factor,
  ...circumstances
}: Circumstances & { readonly username: string; readonly factor: AddedFactor }): Draft {
  return {
    subject: message('mail.factorAddedSubject'),
    paragraphs: [
      factor === 'passkey'
        ? message('mail.passkeyAdded', { username })
        : message('mail.appAdded', { username }),
    ],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
