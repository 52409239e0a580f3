import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** An account that was to be deleted is kept. */
export function accountKept(circumstances: Circumstances & { readonly username: string }): Draft {
  return {
    subject: message('mail.accountKeptSubject'),
    paragraphs: [message('mail.accountKept', { username: circumstances.username })],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
