import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** Tells the former address of an account that it has another one. */
export function emailChanged(
  circumstances: Circumstances & { readonly username: string; readonly newEmail: string },
): Draft {
  return {
    subject: message('mail.emailChangedSubject'),
    paragraphs: [
      message('mail.emailChanged', { username: circumstances.username, email: circumstances.newEmail }),
    ],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
